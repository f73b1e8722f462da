import { Agent, get } from 'node:http';

/** Requests that go on once readiness was lost, by each caller: a gateway notices late. */
const lateRequests = 20;

export type Hammering = {
  /** Resolves once each caller was answered. */
  begun: Promise<void>;
  /** Resolves once readiness was lost. */
  unready: Promise<void>;
  finished: Promise<{
    /** Why requests were not answered. */
    lost: string[];
    /** The statuses of all that were. */
    answered: number[];
    /** How many answers asked for another connection. */
    sentAway: number;
  }>;
};

type Answer = { status: number; closes: boolean };

/** Asks for `url` over eight kept connections without a pause, until a while after `readyUrl` has ceased to answer 200. */
export function hammer(url: string, readyUrl: string): Hammering {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const [begun, unready] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lost: string[] = [];
  const answers: Answer[] = [];
  let isReady = true;

  const caller = async () => {
    for (let late = 0; late < lateRequests; late += isReady ? 0 : 1) {
      await ask(url, agent).then(
        (answer) => answers.push(answer),
        (error: Error) => lost.push(error.message),
      );
      if (answers.length >= 8) begun.resolve();
    }
  };
  const watch = async () => {
    while (await isAnswered(readyUrl)) await new Promise((resolve) => setTimeout(resolve, 20));
    isReady = false;
    unready.resolve();
  };
  const finish = async () => {
    await Promise.all([watch(), ...Array.from({ length: 8 }, caller)]);
    agent.destroy();
    const answered = answers.map(({ status }) => status);
    return { lost, answered, sentAway: answers.filter(({ closes }) => closes).length };
  };
  return { begun: begun.promise, unready: unready.promise, finished: finish() };
}

const isAnswered = (url: string) =>
  fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );

const ask = (url: string, agent: Agent) =>
  new Promise<Answer>((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume().once('end', () => {
        resolve({ status: response.statusCode ?? 0, closes: response.headers.connection === 'close' });
      });
      response.once('error', reject);
    }).once('error', reject);
  });
