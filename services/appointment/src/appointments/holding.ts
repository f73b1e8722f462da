import { holdingStatuses } from '@consulta/contracts';

/** The holding statuses as SQL lists them; partial indexes are used only where a statement spells them alike. */
export const holdingSql = holdingStatuses.map((status) => `'${status}'`).join(', ');
