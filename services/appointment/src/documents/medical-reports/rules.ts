import type { AppointmentStatus } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';

const issuable: readonly AppointmentStatus[] = ['confirmed', 'in_progress', 'concluded'];

/** Whether a report may be issued for an appointment in this status. */
export const canIssueReport = (status: AppointmentStatus): boolean => issuable.includes(status);

/**
 * Who may read a report: the doctor who issued it and the patient it is about, nobody else, and each for good. The column
 * that must name the caller, of the report or of its appointment.
 */
export const readerColumn = ({ role }: Pick<Caller, 'role'>): 'doctor_id' | 'patient_id' =>
  role === 'doctor' ? 'doctor_id' : 'patient_id';
