/*
 * What sample doctors are made of, roughly as frequent as in Brazil. Each entry is `weight name`.
 */

const expand = (list: string): string[] =>
  list
    .trim()
    .split(/[,\n]/)
    .map((each) => each.trim())
    .flatMap((entry) => {
      const [, weight = '1', name = ''] = /^(\d+) (.+)$/.exec(entry) ?? [];
      return Array.from({ length: Number(weight) }, () => name);
    });

export const givenNames = expand(`
  22 Maria, 11 José, 11 Ana, 9 João, 7 Antônio, 6 Francisco, 6 Carlos, 5 Paulo, 5 Pedro, 5 Lucas, 5 Luiz, 4 Marcos,
  4 Luís, 4 Gabriel, 4 Rafael, 4 Daniel, 4 Marcelo, 4 Bruno, 4 Eduardo, 4 Felipe, 4 Rodrigo, 3 Manoel, 3 Mateus,
  3 André, 3 Fernando, 3 Fábio, 3 Leonardo, 3 Gustavo, 3 Guilherme, 3 Tiago, 3 Ricardo, 3 Juliana, 3 Patrícia,
  3 Fernanda, 3 Aline, 3 Camila, 3 Amanda, 3 Bruna, 3 Jéssica, 3 Letícia, 3 Júlia, 3 Luciana, 3 Mariana, 3 Vanessa,
  2 Sandra, 2 Cláudia, 2 Beatriz, 2 Larissa, 2 Renata, 2 Adriana, 2 Márcia, 2 Vera, 2 Rita, 2 Sônia, 2 Helena,
  2 Tatiana, 1 Inês, 1 Íris, 1 Otávio, 1 Zélia, 1 Heloísa, 1 Eloá, 1 Kátia, 1 Wagner, 1 Yara, 1 Ubiratã`);

export const surnames = expand(`
  22 da Silva, 12 dos Santos, 9 de Oliveira, 9 de Souza, 7 Rodrigues, 6 Ferreira, 6 Alves, 5 Pereira, 5 Lima,
  5 Gomes, 4 Ribeiro, 4 Carvalho, 4 Costa, 4 Almeida, 4 Martins, 3 Araújo, 3 Melo, 3 Barbosa, 3 Cardoso,
  3 Nascimento, 3 Rocha, 3 Dias, 3 Moreira, 3 Nunes, 3 Marques, 2 Machado, 2 Mendes, 2 Freitas, 2 Castro, 2 Correia,
  2 Teixeira, 2 Vieira, 2 Cavalcanti, 2 Monteiro, 2 Moura, 2 Batista, 2 Campos, 2 Farias, 2 Pinto, 2 Barros,
  1 Azevedo, 1 Guimarães, 1 Assunção, 1 Conceição, 1 Falcão, 1 Galvão, 1 Brandão, 1 Quintão, 1 Bittencourt,
  1 Xavier, 1 Wanderley, 1 Yamamoto, 1 Tanaka, 1 Schneider, 1 Zanetti, 1 Bianchi, 1 Kowalski, 1 Hoffmann`);

/** Syllables of made-up surnames that only a few share. */
export const syllables = expand(
  '1 ba, 1 ve, 1 zi, 1 lo, 1 tru, 1 ka, 1 mem, 1 qui, 1 dor, 1 fã, 1 gné, 1 xu, 1 pir',
);

/** `state/city`: capitals and large cities; small ones are made up by the hundred. */
export const largeCities = expand(`
  120 SP/São Paulo, 70 RJ/Rio de Janeiro, 28 MG/Belo Horizonte, 24 DF/Brasília, 20 RS/Porto Alegre, 18 PR/Curitiba,
  18 BA/Salvador, 16 PE/Recife, 15 CE/Fortaleza, 13 GO/Goiânia, 12 SP/Campinas, 9 PA/Belém, 9 SP/Ribeirão Preto,
  8 AM/Manaus, 7 SC/Florianópolis, 7 ES/Vitória, 7 RN/Natal, 7 PB/João Pessoa, 6 AL/Maceió, 6 MA/São Luís,
  6 PI/Teresina, 6 MS/Campo Grande, 6 MT/Cuiabá, 6 SP/Santos, 6 SE/Aracaju, 5 MG/Juiz de Fora, 5 MG/Uberlândia,
  5 PR/Londrina, 5 SP/São José dos Campos, 5 SC/Joinville, 4 PR/Maringá, 4 RJ/Niterói, 4 SP/Sorocaba, 3 TO/Palmas,
  3 RO/Porto Velho, 3 RS/Caxias do Sul, 3 SC/Blumenau, 2 AC/Rio Branco, 2 AP/Macapá, 2 RR/Boa Vista, 2 TO/Araguaína`);
export const smallCityWords = [
  expand('1 Santa, 1 São, 1 Nova, 1 Campo, 1 Porto, 1 Bom Jesus, 1 Monte, 1 Lagoa, 1 Serra, 1 Rio'),
  expand(`1 Alegre, 1 Verde, 1 do Norte, 1 da Serra, 1 das Flores, 1 do Sul, 1 Esperança, 1 do Araguaia, 1 Formosa,
    1 do Oeste, 1 da Glória, 1 das Águas, 1 Azul, 1 do Buriti, 1 Dourado`),
];

/** The commonest specialties; the others share what is left. */
export const commonSpecialties = expand(`
  14 Clínica Médica, 12 Pediatria, 9 Cirurgia Geral, 9 Ginecologia e Obstetrícia, 7 Anestesiologia,
  5 Ortopedia e Traumatologia, 5 Cardiologia, 4 Medicina do Trabalho, 4 Oftalmologia, 4 Psiquiatria,
  3 Radiologia e Diagnóstico por Imagem, 3 Dermatologia, 2 Medicina de Família e Comunidade,
  2 Otorrinolaringologia, 2 Neurologia, 2 Endocrinologia e Metabologia`);

export const sampleInsurances = expand(`
  20 Unimed, 16 Bradesco Saúde, 14 Amil, 12 SulAmérica, 9 NotreDame Intermédica, 8 Hapvida, 6 Porto Saúde, 5 Cassi,
  4 Geap, 4 Golden Cross, 3 Saúde Caixa, 3 Petrobras Saúde, 2 Postal Saúde, 2 Care Plus, 2 Omint, 1 Allianz Saúde,
  1 São Cristóvão, 1 Prevent Senior, 1 Ativia, 1 Fundação Copel`);
