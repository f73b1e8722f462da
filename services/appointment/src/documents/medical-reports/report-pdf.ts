import { buffer } from 'node:stream/consumers';
import type { Address, ReportIdentities } from '@consulta/contracts';
import PDFDocument from 'pdfkit';
import type { Span } from './line-breaking.ts';
import type { ReportRow } from './queries.ts';
import type { ReportContent } from './report-content.ts';
import { type Doc, registerFonts, writeText } from './typesetting.ts';

/** What of a version its PDF shows besides its content. */
export type PrintedVersion = Pick<ReportRow, 'id' | 'version' | 'version_created_at' | 'time_zone'>;

const margin = 56;
const footerHeight = 64;
/** Between the sections of the page, in points. */
const sectionGap = 12;
const grey = '#444444';

/**
 * A report as a PDF in Portuguese, with what CFM 2.299/2021 art. 2 asks for: the doctor's name, CRM, RQE and
 * address, the patient's name and document, date and time at the practice, and room for a signature. On every
 * page it says that it has no ICP-Brasil signature. Takes a tenth of a second and more: see `report-printer.ts`.
 */
export async function renderReport(row: PrintedVersion, content: ReportContent): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: margin, left: margin, right: margin, bottom: margin + footerHeight },
    bufferPages: true,
    lang: 'pt-BR',
    displayTitle: true,
    info: { Title: 'Documento médico', Creator: 'Consulta', CreationDate: row.version_created_at },
  });
  registerFonts(doc);
  writeTitle(doc, content.title);
  writeDoctor(doc, content.identities.doctor);
  writePatient(doc, content.identities.patient);
  writeBody(doc, row, content);
  writeSignature(doc, row, content.identities.doctor);
  writeFooters(doc, row);
  doc.end();
  return buffer(doc);
}

function writeTitle(doc: Doc, title: string): void {
  writeText(doc, [{ text: title, weight: 'bold' }], { size: 15, align: 'center' });
  doc.y += sectionGap;
}

function writeDoctor(doc: Doc, { fullName, crm, rqes, address }: ReportIdentities['doctor']): void {
  heading(doc, 'MÉDICO(A)');
  writeText(doc, [{ text: fullName, weight: 'bold' }], { size: 11 });
  writeText(doc, `CRM/${crm.state} ${crm.number}`, { size: 10 });
  for (const { specialty, number } of rqes) writeText(doc, `RQE ${number} (${specialty})`, { size: 10 });
  writeText(doc, `Endereço: ${addressLine(address)}`, { size: 10 });
  doc.y += sectionGap;
}

function writePatient(doc: Doc, { fullName, socialName, cpf }: ReportIdentities['patient']): void {
  heading(doc, 'PACIENTE');
  writeText(doc, [{ text: socialName ?? fullName, weight: 'bold' }], { size: 11 });
  if (socialName) writeText(doc, `Nome civil: ${fullName}`, { size: 10 });
  const digits = cpf.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1.$2.$3-$4');
  writeText(doc, `CPF ${digits}`, { size: 10 });
  doc.y += sectionGap;
}

function writeBody(doc: Doc, row: PrintedVersion, { body, cid10, reason }: ReportContent): void {
  rule(doc);
  writeText(doc, body, { size: 11, lineGap: 2 });
  doc.y += sectionGap;
  if (cid10.length > 0) writeText(doc, labelled('CID-10: ', cid10.join(', ')), { size: 10 });
  const replaced = `Versão ${row.version}, que substitui a anterior. Motivo: `;
  if (reason) writeText(doc, labelled(replaced, reason), { size: 10 });
}

const labelled = (label: string, text: string): Span[] => [
  { text: label, weight: 'bold' },
  { text, weight: 'regular' },
];

/** Kept together: a signature must not stand alone on a page apart from its name. */
function writeSignature(doc: Doc, row: PrintedVersion, { fullName, crm }: ReportIdentities['doctor']): void {
  const height = 120;
  if (doc.y + height > doc.page.height - doc.page.margins.bottom) doc.addPage();
  doc.y += sectionGap;
  writeText(doc, `Emitido em ${issuedAt(row)}.`, { size: 10 });
  const y = doc.y + 48;
  const [left, right] = [doc.page.width / 2 - 140, doc.page.width / 2 + 140];
  doc.moveTo(left, y).lineTo(right, y).lineWidth(0.7).strokeColor('black').stroke();
  doc.y = y + 4;
  writeText(doc, 'Assinatura do(a) médico(a)', { size: 10, align: 'center' });
  const signed = `${fullName}, MÉDICO(A), CRM/${crm.state} ${crm.number}`;
  writeText(doc, signed, { size: 10, align: 'center' });
}

/** The page's bottom margin is given up while its footer is written, or each line would start a new page. */
function writeFooters(doc: Doc, row: PrintedVersion): void {
  const { start, count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    doc.switchToPage(start + page);
    doc.page.margins.bottom = 0;
    const y = doc.page.height - margin - footerHeight + 16;
    const width = doc.page.width - 2 * margin;
    doc.rect(margin, y, width, 22).lineWidth(0.8).strokeColor('black').stroke();
    doc.font('bold').fontSize(10).fillColor('black');
    doc.text('Documento sem assinatura digital ICP-Brasil', margin, y + 5, { width, align: 'center' });
    doc.font('regular').fontSize(7.5).fillColor(grey);
    const reference = `Documento ${row.id}, versão ${row.version} · página ${page + 1} de ${count}`;
    doc.text(reference, margin, y + 28, { width, align: 'center' });
  }
}

function heading(doc: Doc, text: string): void {
  doc.font('regular').fontSize(8).fillColor(grey).text(text, { characterSpacing: 0.6 }).fillColor('black');
}

function rule(doc: Doc): void {
  const { y } = doc;
  doc
    .moveTo(margin, y)
    .lineTo(doc.page.width - margin, y)
    .lineWidth(0.5)
    .strokeColor(grey)
    .stroke();
  doc.y = y + 12;
}

function addressLine({ street, number, complement, neighborhood, city, state, postalCode }: Address): string {
  const place = [`${street}, ${number}`, complement, neighborhood, `${city}/${state}`]
    .filter(Boolean)
    .join(', ');
  return `${place}, CEP ${postalCode.replace(/^(\d{5})(\d{3})$/, '$1-$2')}`;
}

/** Date and time as the clock at the practice shows them, with its distance from UTC. */
function issuedAt(row: PrintedVersion): string {
  return new Intl.DateTimeFormat('pt-BR', {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: row.time_zone,
  }).format(row.version_created_at);
}
