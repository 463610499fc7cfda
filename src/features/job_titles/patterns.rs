//! The words of every category, in English, German, French, Spanish, Portuguese and Dutch. A pattern is a word or a
//! phrase, in lower case without accents; a `*` at either end of a word stands for one letter or more (German
//! compounds: `*leiter`, `vertrieb*`). Read by [`classify`](super::classify).

use super::categories::{Function, Seniority};

/// What a word of rank says.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Rank {
    /// The holder has this seniority.
    Is(Seniority),
    /// The holder works for somebody of another rank.
    Assists,
}

/// Categories with their patterns, separated by a comma and a blank.
pub(super) type Patterns<T> = &'static [(T, &'static str)];

/// Words of rank.
pub(super) const SENIORITY: Patterns<Rank> = &[
    (
        Rank::Is(Seniority::Student),
        "student, students, studentin, werkstudent, werkstudentin, etudiant, etudiante, estudiante, estudante, \
         undergraduate, phd candidate, doktorand, doktorandin, doctorant, doctorante",
    ),
    (
        Rank::Is(Seniority::Junior),
        "junior, jr, intern, internship, trainee, apprentice, entry level, graduate, praktikant, praktikantin, \
         azubi, auszubildender, auszubildende, volontar, volontarin, stagiaire, alternant, alternante, apprenti, \
         becario, becaria, aprendiz, practicante, estagiario, estagiaria, stagiair, leerling",
    ),
    (
        Rank::Assists,
        "assistant to, executive assistant, personal assistant, assistant, assistante, assistent, assistentin, \
         assistenz, asistente, assistente, secretary, sekretar, sekretarin, secretaire, secretaria, secretario, \
         secretaresse, *assistent, *assistentin, *assistenz",
    ),
    (
        Rank::Is(Seniority::CLevel),
        "ceo, cto, cio, cfo, coo, cmo, cso, cro, chro, cpo, ciso, cdo, cco, clo, chief, president, founder, co \
         founder, cofounder, owner, co owner, partner, chairman, chairwoman, chairperson, board member, managing \
         director, geschaftsfuhrer, geschaftsfuhrerin, geschaeftsfuehrer, geschaeftsfuehrerin, \
         geschaftsfuhrender, geschaftsfuhrung, vorstand, vorstandin, vorstands*, inhaber, inhaberin, grunder, \
         grunderin, gruender, pdg, president directeur general, directeur general, directrice generale, \
         fondateur, fondatrice, gerant, gerante, presidente, director general, directora general, consejero \
         delegado, fundador, fundadora, diretor geral, diretora geral, socio, socia, proprietario, propietario, \
         algemeen directeur, oprichter, eigenaar, bestuurder",
    ),
    (
        Rank::Is(Seniority::Vp),
        "vp, svp, evp, avp, vice president, vicepresident, vizeprasident, vizeprasidentin, vice presidente, \
         vicepresidente, vicepresidenta",
    ),
    (
        Rank::Is(Seniority::Director),
        "director, directors, direktor, direktorin, directeur, directrice, directora, diretor, diretora, \
         associate director, assistant director, deputy director, executive director, bereichsleiter, \
         bereichsleiterin, bereichsleitung",
    ),
    (
        Rank::Is(Seniority::Head),
        "head, chief of staff, leiter, leiterin, leitung, *leiter, *leiterin, *leitung, hoofd, chef, cheffe, \
         jefe, jefa, chefe, responsable, responsavel",
    ),
    (
        Rank::Is(Seniority::Manager),
        "manager, managers, managerin, mgr, *manager, *managerin, assistant manager, assistant managers, team \
         lead, team leader, teamleiter, teamleiterin, teamlead, gruppenleiter, gruppenleiterin, projektleiter, \
         projektleiterin, supervisor, supervisora, foreman, gerente, gestor, gestora, encargado, encargada, chef \
         de projet, cheffe de projet, chef de produit, chef d equipe, jefe de proyecto, jefa de proyecto, chefe \
         de projeto, coordenador, coordenadora, teamleider, afdelingshoofd, projectleider, principal investigator",
    ),
    (
        Rank::Is(Seniority::Senior),
        "senior, snr, sr, lead, principal, expert, expertin, experte, fellow, architect, architekt, architektin, \
         architecte, arquitecto, arquiteto, professor, professorin, professeur, experto, especialista senior",
    ),
    (
        Rank::Is(Seniority::Staff),
        "staff, engineer, engineers, developer, programmer, analyst, specialist, consultant, advisor, adviser, \
         associate, coordinator, administrator, officer, representative, rep, agent, accountant, controller, \
         buyer, designer, recruiter, scientist, researcher, technician, teacher, lecturer, lawyer, attorney, \
         counsel, paralegal, clerk, planner, auditor, account executive, sales executive, marketing executive, \
         business partner, partner manager, product owner, ingenieur, ingenieurin, *ingenieur, *ingenieurin, \
         entwickler, entwicklerin, *entwickler, *entwicklerin, sachbearbeiter, sachbearbeiterin, mitarbeiter, \
         mitarbeiterin, berater, beraterin, *berater, *beraterin, referent, referentin, kaufmann, kauffrau, \
         *kaufmann, *kauffrau, einkaufer, einkauferin, verkaufer, verkauferin, buchhalter, buchhalterin, \
         techniker, technikerin, lehrer, lehrerin, analyste, developpeur, developpeuse, charge, chargee, \
         conseiller, conseillere, comptable, acheteur, acheteuse, technicien, technicienne, commercial, \
         commerciale, juriste, enseignant, ingeniero, ingeniera, desarrollador, desarrolladora, analista, \
         consultor, consultora, tecnico, tecnica, comprador, compradora, contador, contadora, vendedor, \
         vendedora, abogado, abogada, especialista, engenheiro, engenheira, desenvolvedor, desenvolvedora, \
         advogado, advogada, medewerker, adviseur, ontwikkelaar, inkoper, verkoper, boekhouder, docent, analist",
    ),
];

/// Words that name a function by themselves.
pub(super) const FUNCTION: Patterns<Function> = &[
    (
        Function::Engineering,
        "engineering, it, ict, software, developer, development, devops, sre, data, security, cloud, \
         infrastructure, network, systems, system, technology, technical, tech, information, digital, programmer, \
         architect, frontend, backend, full stack, fullstack, cto, cio, ciso, cdo, qa, technik, technischer, \
         technische, informatik, informatique, informatica, entwickler, entwicklerin, *entwickler, *entwicklerin, \
         entwicklung, softwareentwicklung, edv, developpeur, developpeuse, technologie, tecnologia, \
         desarrollador, desarrolladora, desenvolvedor, desenvolvedora, sistemas, systemes, ontwikkelaar, techniek",
    ),
    (
        Function::Marketing,
        "marketing, *marketing, marketing*, product marketing, brand, communication, communications, \
         communicatie, kommunikation, content, seo, social media, public relations, pr, demand generation, \
         growth, advertising, cmo, mercadeo, mercadotecnia, comunicacion, comunicacao, werbung",
    ),
    (
        Function::Sales,
        "sales, vertrieb, vertriebs*, verkauf, verkaufs*, verkaufer, verkauferin, business development, account \
         executive, account manager, key account, accounts manager, sdr, bdr, cro, revenue, commercial, \
         commerciale, ventes, vente, ventas, vendas, vendedor, vendedora, comercial, verkoop, verkoper, \
         verkoopmanager, aussendienst, innendienst",
    ),
    (
        Function::Finance,
        "finance, financial, finanzen, finanz*, cfo, accounting, accountant, controller, controlling, treasurer, \
         treasury, audit, auditor, tax, payroll, investment, buchhaltung, buchhalter, buchhalterin, \
         rechnungswesen, steuern, financier, financiere, finances, comptable, comptabilite, finanzas, financiero, \
         financiera, contabilidad, contabilidade, contador, contadora, financas, financeiro, financeira, \
         financieel, financien, boekhouder, boekhouding",
    ),
    (
        Function::Operations,
        "operations, operational, ops, coo, logistics, supply chain, production, manufacturing, plant, warehouse, \
         facility, facilities, quality, betrieb, betriebsleiter, betriebs*, produktion, produktions*, logistik, \
         lager, qualitat, werksleiter, operation, exploitation, logistique, qualite, operaciones, produccion, \
         logistica, calidad, operacoes, producao, qualidade, operaties, logistiek, productie",
    ),
    (
        Function::HumanResources,
        "hr, human resources, human capital, people, talent, recruiting, recruitment, recruiter, chro, personal, \
         personal*, rh, ressources humaines, recursos humanos, rrhh, personeel, personeelszaken, people \
         operations, personal assistant",
    ),
    (
        Function::Product,
        "product, products, cpo, ux, ui, design, designer, produkt, produkt*, produit, produits, producto, \
         productos, produto, produtos",
    ),
    (
        Function::Legal,
        "legal, lawyer, attorney, counsel, compliance, paralegal, clo, privacy, recht, rechts*, jurist, juristin, \
         juristisch, juridique, juriste, avocat, avocate, juridico, juridica, abogado, abogada, advogado, \
         advogada, juridisch, advocaat",
    ),
    (
        Function::Support,
        "support, helpdesk, help desk, service desk, customer success, customer service, customer care, customer \
         experience, client success, client services, kundenservice, kundendienst, kundenbetreuer, \
         kundenbetreuung, service client, support client, soporte, atencion al cliente, suporte, atendimento, \
         klantenservice",
    ),
    (
        Function::Research,
        "research, researcher, scientist, r d, laboratory, lab, innovation, data scientist, forschung, forscher, \
         forscherin, wissenschaftler, wissenschaftlerin, wissenschaftliche, wissenschaftlicher, recherche, \
         chercheur, chercheuse, investigacion, investigador, investigadora, pesquisa, pesquisador, pesquisadora, \
         onderzoek, onderzoeker, principal investigator",
    ),
    (
        Function::Purchasing,
        "purchasing, purchase, procurement, buyer, sourcing, einkauf, einkaufs*, einkaufer, einkauferin, \
         beschaffung, achats, achat, acheteur, acheteuse, compras, comprador, compradora, inkoop, inkoper",
    ),
    (
        Function::Education,
        "teacher, lecturer, education, school, university, dean, training, trainer, lehrer, lehrerin, schule, \
         ausbildung, enseignant, enseignante, formation, educacion, docente, educacao, onderwijs, docent",
    ),
];

/// Words that say what somebody does only where no word of [`FUNCTION`] occurs.
pub(super) const FUNCTION_FALLBACK: Patterns<Function> = &[
    (
        Function::GeneralManagement,
        "ceo, president, vice president, vp, svp, evp, founder, co founder, cofounder, owner, chief executive, \
         managing director, general manager, managing partner, chairman, chairwoman, board member, country \
         manager, geschaftsfuhrer, geschaftsfuhrerin, geschaftsfuhrung, geschaeftsfuehrer, geschaeftsfuehrerin, \
         vorstand, inhaber, inhaberin, grunder, grunderin, pdg, directeur general, directrice generale, \
         fondateur, fondatrice, gerant, gerante, director general, directora general, gerente general, \
         presidente, fundador, fundadora, diretor geral, diretora geral, gerente geral, proprietario, \
         propietario, algemeen directeur, oprichter, eigenaar",
    ),
    (
        Function::Consulting,
        "consultant, consulting, consultancy, advisor, adviser, advisory, berater, beraterin, *berater, \
         *beraterin, beratung, unternehmensberatung, conseil, conseiller, conseillere, consultor, consultora, \
         consultoria, adviseur",
    ),
    (
        Function::Engineering,
        "engineer, engineers, technician, ingenieur, ingenieurin, *ingenieur, *ingenieurin, techniker, \
         technikerin, technicien, technicienne, ingeniero, ingeniera, tecnico, tecnica, engenheiro, engenheira, \
         administrator",
    ),
    (Function::Education, "professor, professorin, professeur, profesor, profesora, student, studentin"),
    (
        Function::Operations,
        "project manager, projektleiter, projektleiterin, chef de projet, cheffe de projet, jefe de proyecto, \
         jefa de proyecto, projectleider, programme manager, program manager, office manager",
    ),
];
