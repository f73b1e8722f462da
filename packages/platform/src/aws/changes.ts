/** Lets several loops of one process wait until what they share is as they need it. */
export function changes() {
  let next = Promise.withResolvers<void>();
  return {
    /** Tells all who wait to look again. */
    tell: (): void => {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
    until: async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await next.promise;
    },
  };
}
