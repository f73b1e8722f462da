import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import type { Address, ReportIdentities } from '@consulta/contracts';
import PDFDocument from 'pdfkit';
import { printable } from './printable.ts';
import type { ReportRow } from './queries.ts';
import type { ReportContent } from './report-content.ts';

type Doc = InstanceType<typeof PDFDocument>;

/** What of a version its PDF shows besides its content. */
export type PrintedVersion = Pick<ReportRow, 'id' | 'version' | 'version_created_at' | 'time_zone'>;

const require = createRequire(import.meta.url);
const fonts = {
  regular: readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  bold: readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
};
const margin = 56;
const footerHeight = 64;
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
  doc.registerFont('regular', fonts.regular).registerFont('bold', fonts.bold);
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
  doc.font('bold').fontSize(15).text(printable(title), { align: 'center' }).moveDown(0.8);
}

function writeDoctor(doc: Doc, { fullName, crm, rqes, address }: ReportIdentities['doctor']): void {
  heading(doc, 'MÉDICO(A)');
  doc.font('bold').fontSize(11).text(printable(fullName));
  doc.font('regular').fontSize(10).text(`CRM/${crm.state} ${crm.number}`);
  for (const { specialty, number } of rqes) doc.text(`RQE ${number} (${printable(specialty)})`);
  doc.text(`Endereço: ${addressLine(address)}`).moveDown(0.8);
}

function writePatient(doc: Doc, { fullName, socialName, cpf }: ReportIdentities['patient']): void {
  heading(doc, 'PACIENTE');
  doc
    .font('bold')
    .fontSize(11)
    .text(printable(socialName ?? fullName));
  doc.font('regular').fontSize(10);
  if (socialName) doc.text(`Nome civil: ${printable(fullName)}`);
  doc.text(`CPF ${cpf.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1.$2.$3-$4')}`).moveDown(0.8);
}

function writeBody(doc: Doc, row: PrintedVersion, { body, cid10, reason }: ReportContent): void {
  rule(doc);
  doc.font('regular').fontSize(11).fillColor('black').text(printable(body), { lineGap: 2 }).moveDown(0.8);
  doc.fontSize(10);
  if (cid10.length > 0)
    doc.font('bold').text('CID-10: ', { continued: true }).font('regular').text(cid10.join(', '));
  if (reason) {
    doc.font('bold').text(`Versão ${row.version}, que substitui a anterior. Motivo: `, { continued: true });
    doc.font('regular').text(printable(reason));
  }
}

/** Kept together: a signature must not stand alone on a page apart from its name. */
function writeSignature(doc: Doc, row: PrintedVersion, { fullName, crm }: ReportIdentities['doctor']): void {
  const height = 120;
  if (doc.y + height > doc.page.height - doc.page.margins.bottom) doc.addPage();
  doc
    .moveDown(1)
    .font('regular')
    .fontSize(10)
    .text(`Emitido em ${issuedAt(row)}.`);
  const y = doc.y + 48;
  const [left, right] = [doc.page.width / 2 - 140, doc.page.width / 2 + 140];
  doc.moveTo(left, y).lineTo(right, y).lineWidth(0.7).strokeColor('black').stroke();
  const line = { width: doc.page.width - 2 * margin, align: 'center' } as const;
  doc.text('Assinatura do(a) médico(a)', margin, y + 4, line);
  doc.text(`${printable(fullName)}, MÉDICO(A), CRM/${crm.state} ${crm.number}`, line);
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
  return printable(`${place}, CEP ${postalCode.replace(/^(\d{5})(\d{3})$/, '$1-$2')}`);
}

/** Date and time as the clock at the practice shows them, with its distance from UTC. */
function issuedAt(row: PrintedVersion): string {
  return new Intl.DateTimeFormat('pt-BR', {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: row.time_zone,
  }).format(row.version_created_at);
}
