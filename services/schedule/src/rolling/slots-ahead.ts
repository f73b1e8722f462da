/** How far ahead slots are made. */
export const slotsAheadDays = 90;
