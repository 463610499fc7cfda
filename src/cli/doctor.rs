//! `propensity doctor`: how the workspace is, and mending it.

use super::format::{harmless, harmless_lines};
use super::session::Session;
use crate::doctor::{self, Finding, Severity};
use crate::error::{Error, Result};
use crate::workspace::Workspace;
use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub struct Options {
    /// Mend what may be mended; nothing is deleted that this program did not write.
    #[arg(long)]
    fix: bool,
    /// Compare the scores and models of all runs with what the runs recorded, not only those in use.
    #[arg(long)]
    deep: bool,
}

impl Options {
    /// Whether it changes the workspace.
    pub fn changes(&self) -> bool {
        self.fix
    }
}

/// What was found.
#[derive(Serialize)]
struct DoctorOutput {
    findings: Vec<Finding>,
    mended: usize,
    /// Problems that are left.
    left: usize,
}

pub fn execute(session: &Session, options: &Options) -> Result<()> {
    // A configuration that does not parse is a finding like any other.
    let (workspace, unread) = Workspace::open_anyway(session.home.as_deref(), session.config.as_deref())?;
    let options = doctor::Options { fix: options.fix, deep: options.deep };
    let findings = doctor::examine(&workspace, unread.as_ref(), options);
    let mended = findings.iter().filter(|finding| finding.is_fixed).count();
    let left: Vec<&Finding> = findings.iter().filter(|finding| finding.is_left()).collect();
    let (problems, mendable) =
        (left.len(), left.iter().filter(|finding| finding.severity == Severity::Fixable).count());
    session.print(&DoctorOutput { findings, mended, left: problems }, text)?;
    if problems == 0 {
        return Ok(());
    }
    let what = if problems == 1 { "1 problem is left.".into() } else { format!("{problems} problems are left.") };
    let hint = match (mendable, options.fix) {
        (0, _) => "What to do stands below each.".into(),
        (_, true) => "What could not be mended now may be mended later: propensity doctor --fix".into(),
        (mendable, false) => format!("propensity doctor --fix mends {mendable} of them"),
    };
    Err(Error::new(what).hint(hint))
}

fn text(output: &DoctorOutput) -> String {
    let mut text: String = output.findings.iter().map(finding_text).collect();
    let mended = match output.mended {
        0 => String::new(),
        1 => "1 problem was mended. ".into(),
        many => format!("{many} problems were mended. "),
    };
    if output.left == 0 {
        text += &format!("\n{mended}Nothing is left to do.\n");
    } else if !mended.is_empty() {
        text += &format!("\n{}\n", mended.trim_end());
    }
    text
}

fn finding_text(finding: &Finding) -> String {
    let mended = if finding.is_fixed { " It was mended." } else { "" };
    let mut text = format!("{} {}{mended}\n", finding.severity.mark(), harmless(&finding.what));
    if finding.severity == Severity::Fine {
        return text;
    }
    text += &format!("    where: {}\n", harmless(&finding.path.display().to_string()));
    for why in &finding.why {
        text += &format!("    because: {}\n", harmless_lines(why).replace('\n', "\n      "));
    }
    if let Some(next) = &finding.next {
        text += &format!("    next: {}\n", harmless(next));
    }
    text
}
