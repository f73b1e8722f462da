/*
 * Settings of a transaction for statements whose plan must be right from the start. A storm of bookings may come
 * when the tables were just filled and have no statistics yet: PostgreSQL then believes them small, prefers to read
 * or sort them whole, and a prepared statement keeps such a plan for up to a minute.
 */

/** Tables are read by index. */
export const planByIndex = 'SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan';

/** The first of some rows is found by walking an index in order, not by sorting them all. */
export const planInOrder = `${planByIndex}; SET LOCAL enable_sort = off`;
