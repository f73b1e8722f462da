import { peopleCalls, type ReportIdentities } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';

/** Both people as a report names them; undefined when one of them has no account any more. */
export type DescribeForReport = (people: {
  doctorId: string;
  patientId: string;
}) => Promise<ReportIdentities | undefined>;

/** Asks the user service. Not cached: the answer holds a CPF. */
export const reportIdentitiesFrom =
  (user: ServiceClient): DescribeForReport =>
  async (people) => {
    const found = await user.call(peopleCalls.reportIdentities, people);
    return found.identities ?? undefined;
  };
