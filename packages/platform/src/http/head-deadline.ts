/** Until then a request's head must be here: method, path and headers. */
export const headWithinMs = 10_000;

/** Node.js looks for late heads by itself; for bodies see `setDeadlines`. */
export const headDeadline = { headersTimeout: headWithinMs, connectionsCheckingInterval: 1_000 };
