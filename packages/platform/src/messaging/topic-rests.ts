import type { Topic } from '@consulta/contracts/topics';

const restMsMin = 100;
const restMsMax = 5_000;

/** Which topics rest because nothing could be published to them. */
export function topicRests() {
  const rests = new Map<Topic, { untilMs: number; failures: number }>();
  return {
    /** Those that rest at this moment. */
    now: (): Topic[] =>
      [...rests].filter(([, { untilMs }]) => performance.now() < untilMs).map(([topic]) => topic),
    /** Lets a topic rest, ever longer while nothing ends it; answers for how many milliseconds. */
    begin: (topic: Topic): number => {
      const failures = rests.get(topic)?.failures ?? 0;
      const restMs = Math.min(restMsMax, restMsMin * 2 ** failures) * (0.5 + Math.random() / 2);
      rests.set(topic, { untilMs: performance.now() + restMs, failures: failures + 1 });
      return restMs;
    },
    end: (topic: Topic): void => {
      rests.delete(topic);
    },
  };
}
