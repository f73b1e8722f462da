export type Contact = {
  /** Notes how an attempt to reach it ends, and hands on what came of it. */
  note: <Result>(attempt: Promise<Result>) => Promise<Result>;
  /** Whether the attempt that ended last failed. */
  isAway: () => boolean;
};

/** Keeps in mind whether something outside was within reach when it was last tried. */
export function contact(): Contact {
  let away = false;
  return {
    note: async (attempt) => {
      try {
        const result = await attempt;
        away = false;
        return result;
      } catch (error) {
        away = true;
        throw error;
      }
    },
    isAway: () => away,
  };
}
