//! `propensity data add PATH…`: looks into files, proposes the sources that read them with the evidence, asks what cannot be
//! known, and adds them to the configuration.

use super::proposal_text;
use crate::cli::format::{count, harmless};
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::cli::stdout;
use crate::config::{DateOrder, SourceKind};
use crate::domain::source::catalog::Catalog;
use crate::domain::source::likely_goals::likely_goals;
use crate::error::{Error, Result};
use crate::queries::proposals::{self, Answer, Hints, Proposal};
use crate::workspace::{Workspace, config_file};
use clap::Args;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Options {
    /// Files, folders, globs or ZIP archives.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Add without asking, where nothing is left open.
    #[arg(long)]
    yes: bool,
    /// Only show what would be added.
    #[arg(long, conflicts_with = "yes")]
    print: bool,
    /// What the rows are, where the columns do not tell.
    #[arg(long, value_parser = kind, value_name = "person|account|opportunity|event")]
    kind: Option<SourceKind>,
    /// How dates as 03/04/2025 are to be read, where no day above 12 decides.
    #[arg(long, value_parser = date_order, value_name = "day-first|month-first")]
    date_order: Option<DateOrder>,
    /// What stands before the fraction of a number, where no number decides.
    #[arg(long, value_parser = decimal_mark, value_name = ".|,")]
    decimal_mark: Option<char>,
}

impl Options {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        !self.print
    }
}

fn kind(word: &str) -> Result<SourceKind, String> {
    let kinds = [SourceKind::Person, SourceKind::Account, SourceKind::Opportunity, SourceKind::Event];
    kinds.into_iter().find(|kind| kind.word() == word).ok_or("it is person, account, opportunity or event".into())
}

fn date_order(word: &str) -> Result<DateOrder, String> {
    let orders = [DateOrder::DayFirst, DateOrder::MonthFirst];
    orders.into_iter().find(|order| order.word() == word).ok_or("it is day-first or month-first".into())
}

fn decimal_mark(word: &str) -> Result<char, String> {
    match word {
        "." => Ok('.'),
        "," => Ok(','),
        _ => Err("it is . or ,".into()),
    }
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let answers = [options.date_order.map(Answer::DateOrder), options.decimal_mark.map(Answer::DecimalMark)];
    let hints = Hints { kind: options.kind, answers: answers.into_iter().flatten().collect() };
    let mut proposal = look(workspace, options, &hints)?;
    let asks = !options.yes && !options.print && !session.json && std::io::stdin().is_terminal();
    if asks && let Some(answers) = ask_questions(&proposal)? {
        proposal = look(workspace, options, &Hints { answers: [hints.answers, answers].concat(), ..hints })?;
    }
    if !session.json {
        stdout::write(&proposal_text::text(&proposal))?;
    }
    if options.print {
        return if session.json { session.print(&proposal, |_| String::new()) } else { print_tables(&proposal) };
    }
    if let Some(question) = proposal.sources.iter().flat_map(|s| &s.questions).next() {
        return Err(unanswered(question));
    }
    if proposal.sources.is_empty() {
        return nothing_new(session, &proposal);
    }
    let file = &workspace.paths.config_file;
    let agreed = options.yes || asks && confirmed(&proposal, &file.display().to_string())?;
    if !agreed {
        let again = "say --yes to add them, or --print to see the tables";
        return Err(Error::new("Nothing was added.").hint(again));
    }
    let sources: Vec<_> = proposal.sources.iter().map(|p| p.source.clone()).collect();
    config_file::add_sources(file, &sources)?;
    let changed = session.workspace()?;
    let catalog = super::load_catalog::load_or_build(&changed)?;
    session.print(&serde_json::json!({ "proposal": proposal, "catalog": catalog }), |_| {
        format!(
            "Added {} to {}.\n\n{}",
            sources_counted(sources.len()),
            file.display(),
            what_can_be_predicted(&catalog)
        )
    })
}

fn look(workspace: &Workspace, options: &Options, hints: &Hints) -> Result<Proposal> {
    let progress = ProgressLine::cancelling();
    let proposal = proposals::propose(workspace, &options.paths, hints, &progress);
    progress.clear();
    proposal
}

fn print_tables(proposal: &Proposal) -> Result<()> {
    let sources: Vec<_> = proposal.sources.iter().map(|p| p.source.clone()).collect();
    stdout::write(&format!("{}\n", config_file::source_tables(&sources)?.trim_start()))
}

fn nothing_new(session: &Session, proposal: &Proposal) -> Result<()> {
    if proposal.passed_over.is_empty() {
        return session.print(proposal, |_| "Nothing is new.\n".into());
    }
    let mut error = Error::new("No source could be made of these files.");
    for passed in proposal.passed_over.iter().take(5) {
        error = error.because(format!("{}: {}", passed.path, passed.why));
    }
    Err(error
        .hint("add a [[source]] table by hand, with its kind and [source.columns] (config.example.toml shows how)"))
}

fn unanswered(question: &proposals::ProposedQuestion) -> Error {
    let error = Error::new(question.text.clone()).because(&question.because);
    let options: Vec<String> = question.answers.iter().map(|answer| option(*answer)).collect();
    match options.is_empty() {
        true => error.hint("export again with one format"),
        false => error.hint(format!("say {}", options.join(" or "))),
    }
}

/// The option that gives an answer.
fn option(answer: Answer) -> String {
    match answer {
        Answer::DateOrder(order) => format!("--date-order {}", order.word()),
        Answer::DecimalMark(mark) => format!("--decimal-mark {mark}"),
    }
}

/// Asks what the cells leave open, each kind of question once; `None` where nothing is.
fn ask_questions(proposal: &Proposal) -> Result<Option<Vec<Answer>>> {
    let mut answers: Vec<Answer> = Vec::new();
    for question in proposal.sources.iter().flat_map(|s| &s.questions) {
        if question.answers.is_empty() || question.answers.iter().any(|answer| answers.contains(answer)) {
            continue;
        }
        stdout::write(&format!("{}\n  {}\n", harmless(&question.text), harmless(&question.because)))?;
        for (number, answer) in question.answers.iter().enumerate() {
            stdout::write(&format!("  {}  {}\n", number + 1, answer.words()))?;
        }
        let chosen = read_answer("Which? ")?.trim().parse::<usize>().ok();
        match chosen.and_then(|number| question.answers.get(number.wrapping_sub(1))) {
            Some(answer) => answers.push(*answer),
            None => return Err(Error::new("Nothing was added: the question was not answered.")),
        }
    }
    Ok((!answers.is_empty()).then_some(answers))
}

fn confirmed(proposal: &Proposal, file: &str) -> Result<bool> {
    let sources = sources_counted(proposal.sources.len());
    let answer = read_answer(&format!("Add {sources} to {}? [Y/n] ", harmless(file)))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

fn read_answer(prompt: &str) -> Result<String> {
    stdout::write(prompt)?;
    let _ = std::io::stdout().flush();
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    let read = read.map_err(|e| Error::new("The answer could not be read.").because(e))?;
    if read == 0 { Err(Error::new("Nothing was added: there was no answer.")) } else { Ok(line) }
}

fn sources_counted(sources: usize) -> String {
    if sources == 1 { "1 source".into() } else { format!("{sources} sources") }
}

/// What the data hold now, and the goals that occur in them.
fn what_can_be_predicted(catalog: &Catalog) -> String {
    let mut text = format!(
        "{} persons, {} accounts, {} opportunities, {} events\n",
        count(catalog.persons),
        count(catalog.accounts),
        count(catalog.opportunities),
        count(catalog.events)
    );
    let goals = likely_goals(&catalog.event_types);
    if goals.is_empty() {
        return text
            + "Nothing in them looks like a conversion yet: `propensity data catalog` shows every event type.\n";
    }
    text += "\nWhat can be predicted:\n";
    for goal in &goals {
        text += &format!("  {:>9} ×  {}\n", count(goal.events), harmless(&goal.goal.to_string()));
    }
    let first = crate::domain::text::shell_quoted(&goals[0].goal.to_string()).to_string();
    let profile = if catalog.accounts > 0 && catalog.opportunities > 0 { "account" } else { "person" };
    text + &format!(
        "\nThe first score:\n  propensity score create --name 'First score' --profile {profile} --timeframe 90 --goal {first}\n  propensity run start 'First score'\n"
    )
}
