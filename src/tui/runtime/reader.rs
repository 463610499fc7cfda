//! Reads scored profiles for the Profiles screen. One thread keeps the scores open and answers what is looked at, the last
//! question first; what takes its time (filter, order, find, export, history) is a task on a thread of its own, which the
//! next task or the user ends.

use super::thread;
use crate::data::scores::{Query, ScorePages, Sort};
use crate::domain::progress::Progress;
use crate::error::{Error, Result};
use crate::queries::export::{self, Existing};
use crate::queries::feature_importance;
use crate::queries::profile::{ScoredProfiles, history};
use crate::runs::find::FoundRun;
use crate::runs::layout::SCORES;
use crate::tui::msg::Msg;
use crate::tui::screens::profiles::{Answer, Ask, Opened};
use crate::workspace::Workspace;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Between two words of a task on how far it is.
const PAUSE: Duration = Duration::from_millis(150);
/// How long leaving waits for an export to end.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Reader {
    workspace: Arc<Workspace>,
    sender: Sender<Msg>,
    looks: Sender<Ask>,
    /// Each ends what of its kind goes on.
    search: Arc<AtomicBool>,
    export: Arc<AtomicBool>,
    past: Arc<AtomicBool>,
    /// Nothing is sent: as long as one of these lives, an export is being written.
    writing: Sender<()>,
    written: Receiver<()>,
}

impl Reader {
    pub fn start(workspace: Arc<Workspace>, sender: Sender<Msg>) -> Result<Reader> {
        let (looks, asked) = mpsc::channel();
        let own = Look { workspace: Arc::clone(&workspace), sender: sender.clone(), scored: None };
        thread("reader", move || own.run(&asked))?;
        let never = || Arc::new(AtomicBool::new(false));
        let (writing, written) = mpsc::channel();
        Ok(Reader { workspace, sender, looks, search: never(), export: never(), past: never(), writing, written })
    }

    pub fn ask(&mut self, ask: Ask) {
        let started = match ask {
            Ask::Cancel => end(&self.search),
            Ask::CancelExport => end(&self.export),
            Ask::EndHistory => end(&self.past),
            Ask::Arrange { .. } | Ask::Find { .. } => {
                let end = ended(&mut self.search);
                self.start_task(ask, end)
            }
            Ask::Export { .. } => {
                let end = ended(&mut self.export);
                self.start_task(ask, end)
            }
            Ask::History { .. } => {
                let end = ended(&mut self.past);
                self.start_task(ask, end)
            }
            // A thread that is gone has ended the program by its panic.
            look => {
                let _ = self.looks.send(look);
                Ok(())
            }
        };
        if let Err(error) = started {
            let _ = self.sender.send(Msg::Trouble(error));
        }
    }

    /// Ends the export that goes on and waits until its half-written file is gone; a file system that hangs must not hold
    /// the terminal for ever.
    pub fn finish(self) {
        let Reader { export, writing, written, .. } = self;
        export.store(true, Ordering::Relaxed);
        drop(writing);
        let _ = written.recv_timeout(PATIENCE);
    }

    fn start_task(&self, ask: Ask, end: Arc<AtomicBool>) -> Result<()> {
        let (workspace, sender) = (Arc::clone(&self.workspace), self.sender.clone());
        let writing = matches!(ask, Ask::Export { .. }).then(|| self.writing.clone());
        thread("search", move || {
            let _writing = writing;
            if let Some(answer) = carry_out(&workspace, &sender, ask, end) {
                let _ = sender.send(Msg::Profiles(Box::new(answer)));
            }
        })
    }
}

fn end(flag: &AtomicBool) -> Result<()> {
    flag.store(true, Ordering::Relaxed);
    Ok(())
}

/// Ends what went on; gives the flag by which the next one is ended.
fn ended(flag: &mut Arc<AtomicBool>) -> Arc<AtomicBool> {
    flag.store(true, Ordering::Relaxed);
    *flag = Arc::new(AtomicBool::new(false));
    Arc::clone(flag)
}

fn carry_out(workspace: &Workspace, sender: &Sender<Msg>, ask: Ask, end: Arc<AtomicBool>) -> Option<Answer> {
    let told = |task| Told { sender, task, end: &end, last: Mutex::new(Instant::now()) };
    Some(match ask {
        Ask::Arrange { task, run, query, sort } => {
            let places = arrange(&run, &query, sort, &told(task));
            Answer::Arranged { task, places }
        }
        Ask::Find { task, run, text } => {
            let places = pages(&run).and_then(|pages| pages.find(&text, &told(task))).map(Arc::new);
            Answer::Found { task, places }
        }
        Ask::Export { task, run, places, format, path } => {
            let places = places.as_ref().map(|p| p.as_slice());
            let export = |pages| export::to_file(&pages, places, format, &path, Existing::Keep, &told(task));
            let written = export::refuse_own(workspace, &path).and_then(|()| pages(&run)).and_then(export);
            Answer::Exported { path, written }
        }
        Ask::History { score, profile } => {
            // Another profile is looked at by now, where it was ended.
            let past = history(workspace, &score, &profile, &told(0)).ok()?;
            Answer::History { profile, past }
        }
        _ => return None,
    })
}

fn pages(run: &Opened) -> Result<ScorePages> {
    ScorePages::open(&run.folder.join(SCORES))
}

fn arrange(run: &Opened, line: &str, sort: Sort, progress: &dyn Progress) -> Result<Option<Arc<Vec<u32>>>> {
    let known: Vec<&str> = run.attributes.iter().map(|a| &**a).collect();
    let query = Query::parse(line, &known)?;
    if query.is_empty() && sort == Sort::Rank {
        return Ok(None);
    }
    let pages = pages(run)?;
    let within = if query.is_empty() { None } else { Some(pages.filter(&query, progress)?) };
    pages.order(sort, within, progress).map(|places| Some(Arc::new(places)))
}

/// The thread that keeps the scores open.
struct Look {
    workspace: Arc<Workspace>,
    sender: Sender<Msg>,
    scored: Option<ScoredProfiles>,
}

impl Look {
    fn run(mut self, asked: &Receiver<Ask>) {
        while let Ok(first) = asked.recv() {
            let mut asks = vec![first];
            asks.extend(asked.try_iter());
            for at in 0..asks.len() {
                // Of several of one kind only the last is still looked at.
                let kind = std::mem::discriminant(&asks[at]);
                if asks[at + 1..].iter().any(|later| std::mem::discriminant(later) == kind) {
                    continue;
                }
                let Some(answer) = self.answer(asks[at].clone()) else { continue };
                if self.sender.send(Msg::Profiles(Box::new(answer))).is_err() {
                    return;
                }
            }
        }
    }

    fn answer(&mut self, ask: Ask) -> Option<Answer> {
        Some(match ask {
            Ask::Open { score } => {
                let opened = self.open(&score).map(Arc::new);
                Answer::Opened { score, opened }
            }
            Ask::Rows { view, from, count, places } => {
                let rows = self.scored().and_then(|scored| {
                    let places: Vec<u32> = match &places {
                        Some(places) => places.iter().skip(from).take(count).copied().collect(),
                        None => (from as u32..).take(count).collect(),
                    };
                    scored.pages.rows(&places).map(Arc::new)
                });
                Answer::Rows { view, from, rows }
            }
            Ask::Percentile { serial, percentile } => {
                let place = self.scored().and_then(|scored| scored.pages.at_percentile(percentile));
                Answer::Percentile { serial, place }
            }
            Ask::Dossier { serial, place } => {
                let workspace = Arc::clone(&self.workspace);
                let dossier = self.scored().and_then(|scored| scored.detail(&workspace, place)).map(Arc::new);
                Answer::Dossier { serial, place, dossier }
            }
            Ask::Change(dossier) => {
                let workspace = Arc::clone(&self.workspace);
                let change = self.scored().and_then(|scored| scored.change(&workspace, &dossier));
                Answer::Change { profile: dossier.profile.profile_id.clone(), change }
            }
            Ask::WhatIf { dossier, changes } => {
                let workspace = Arc::clone(&self.workspace);
                let answer = self.scored().and_then(|scored| scored.what_if(&workspace, &dossier, &changes));
                Answer::WhatIf { changes, answer: answer.map(Arc::new) }
            }
            Ask::Factors { serial, run } => {
                let found = FoundRun { run: (*run.run).clone(), folder: run.folder.clone() };
                Answer::Factors { serial, read: feature_importance::load(&found).map(Arc::new) }
            }
            _ => return None,
        })
    }

    fn open(&mut self, score: &str) -> Result<Opened> {
        let scored = self.scored.insert(ScoredProfiles::open(&self.workspace, score)?);
        Ok(Opened {
            run: Arc::clone(&scored.run),
            folder: scored.folder.clone(),
            total: scored.pages.len(),
            attributes: scored.pages.attributes().to_vec(),
        })
    }

    fn scored(&mut self) -> Result<&mut ScoredProfiles> {
        self.scored.as_mut().ok_or_else(|| Error::new("No scores are open."))
    }
}

/// Tells how far a task is, and ends it when it is asked to.
struct Told<'a> {
    sender: &'a Sender<Msg>,
    task: u64,
    end: &'a AtomicBool,
    last: Mutex<Instant>,
}

impl Progress for Told<'_> {
    fn advance(&self, done: u64, total: Option<u64>) {
        let mut last = self.last.lock().unwrap_or_else(|e| e.into_inner());
        if self.task > 0 && last.elapsed() >= PAUSE {
            *last = Instant::now();
            let progress = Answer::Progress { task: self.task, done, total: total.unwrap_or(0) };
            let _ = self.sender.send(Msg::Profiles(Box::new(progress)));
        }
    }

    fn cancelled(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }
}
