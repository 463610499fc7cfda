//! Reads scored profiles for the Profiles screen. One thread keeps the scores open and answers what is looked at, the last
//! question first; what takes its time (filter, order, find, export, history) is a task on a thread of its own, which the
//! next task or the user ends.

use super::thread;
use crate::data::scores::{Query, ScorePages, Sort};
use crate::domain::progress::{Progress, Silent};
use crate::error::{Error, Result};
use crate::queries::export::{self, Existing};
use crate::queries::feature_importance;
use crate::queries::profile::{ScoredProfiles, history};
use crate::runs::find::FoundRun;
use crate::runs::layout::SCORES;
use crate::tui::msg::Msg;
use crate::tui::screens::profiles::{OpenedScores, Request, Response};
use crate::workspace::Workspace;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Between two words of a task on how far it is.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(150);
/// How long leaving waits for an export to end.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

pub struct Reader {
    workspace: Arc<Workspace>,
    sender: Sender<Msg>,
    lookups: Sender<Request>,
    /// Each ends what of its kind goes on.
    search: Arc<AtomicBool>,
    export: Arc<AtomicBool>,
    history: Arc<AtomicBool>,
    /// Nothing is sent: as long as one of these lives, an export is being written.
    writing: Sender<()>,
    written: Receiver<()>,
}

impl Reader {
    pub fn start(workspace: Arc<Workspace>, sender: Sender<Msg>) -> Result<Reader> {
        let (lookups, received) = mpsc::channel();
        let own = ScoresThread { workspace: Arc::clone(&workspace), sender: sender.clone(), scored: None };
        thread::spawn("reader", move || own.run(&received))?;
        let never = || Arc::new(AtomicBool::new(false));
        let (writing, written) = mpsc::channel();
        Ok(Reader { workspace, sender, lookups, search: never(), export: never(), history: never(), writing, written })
    }

    pub fn request(&mut self, request: Request) {
        let started = match request {
            Request::Cancel => cancel(&self.search),
            Request::CancelExport => cancel(&self.export),
            Request::EndHistory => cancel(&self.history),
            Request::Query { .. } | Request::Find { .. } => {
                let end = restart(&mut self.search);
                self.start_task(request, end)
            }
            Request::Export { .. } => {
                let end = restart(&mut self.export);
                self.start_task(request, end)
            }
            Request::History { .. } => {
                let end = restart(&mut self.history);
                self.start_task(request, end)
            }
            // A thread that is gone has ended the program by its panic.
            lookup => {
                let _ = self.lookups.send(lookup);
                Ok(())
            }
        };
        if let Err(error) = started {
            let _ = self.sender.send(Msg::BackgroundError(error));
        }
    }

    /// Ends the export that goes on and waits until its half-written file is gone; a file system that hangs must not hold
    /// the terminal for ever.
    pub fn finish(self) {
        let Reader { export, writing, written, .. } = self;
        export.store(true, Ordering::Relaxed);
        drop(writing);
        let _ = written.recv_timeout(EXPORT_TIMEOUT);
    }

    fn start_task(&self, request: Request, end: Arc<AtomicBool>) -> Result<()> {
        let (workspace, sender) = (Arc::clone(&self.workspace), self.sender.clone());
        let writing = matches!(request, Request::Export { .. }).then(|| self.writing.clone());
        thread::spawn("task", move || {
            let _writing = writing;
            if let Some(response) = run_task(&workspace, &sender, request, end) {
                let _ = sender.send(Msg::Profiles(Box::new(response)));
            }
        })
    }
}

fn cancel(flag: &AtomicBool) -> Result<()> {
    flag.store(true, Ordering::Relaxed);
    Ok(())
}

/// Ends what went on; gives the flag by which the next one is ended.
fn restart(flag: &mut Arc<AtomicBool>) -> Arc<AtomicBool> {
    flag.store(true, Ordering::Relaxed);
    *flag = Arc::new(AtomicBool::new(false));
    Arc::clone(flag)
}

fn run_task(workspace: &Workspace, sender: &Sender<Msg>, request: Request, end: Arc<AtomicBool>) -> Option<Response> {
    let progress = |task| TaskProgress { sender, task, end: &end, last: Mutex::new(Instant::now()) };
    Some(match request {
        Request::Query { task, run, query, sort } => {
            let places = run_query(&run, &query, sort, &progress(task));
            Response::QueryResult { task, places }
        }
        Request::Find { task, run, text } => {
            let places = pages(&run).and_then(|pages| pages.find(&text, &progress(task))).map(Arc::new);
            Response::FindResult { task, places }
        }
        Request::Export { task, run, places, format, path } => {
            let places = places.as_ref().map(|p| p.as_slice());
            let export = |pages| export::to_file(&pages, places, format, &path, Existing::Keep, &progress(task));
            let written = export::refuse_own(workspace, &path).and_then(|()| pages(&run)).and_then(export);
            Response::Exported { path, written }
        }
        Request::History { score, profile } => {
            // Another profile is looked at by now, where it was ended.
            let past = history(workspace, &score, &profile, &progress(0)).ok()?;
            Response::History { profile, past }
        }
        _ => return None,
    })
}

fn pages(run: &OpenedScores) -> Result<ScorePages> {
    ScorePages::open(&run.folder.join(SCORES))
}

fn run_query(run: &OpenedScores, line: &str, sort: Sort, progress: &dyn Progress) -> Result<Option<Arc<Vec<u32>>>> {
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
struct ScoresThread {
    workspace: Arc<Workspace>,
    sender: Sender<Msg>,
    scored: Option<ScoredProfiles>,
}

impl ScoresThread {
    fn run(mut self, received: &Receiver<Request>) {
        while let Ok(first) = received.recv() {
            let mut requests = vec![first];
            requests.extend(received.try_iter());
            for at in 0..requests.len() {
                // Of several of one kind only the last is still looked at.
                let kind = std::mem::discriminant(&requests[at]);
                if requests[at + 1..].iter().any(|later| std::mem::discriminant(later) == kind) {
                    continue;
                }
                let Some(response) = self.respond(requests[at].clone()) else { continue };
                if self.sender.send(Msg::Profiles(Box::new(response))).is_err() {
                    return;
                }
            }
        }
    }

    fn respond(&mut self, request: Request) -> Option<Response> {
        Some(match request {
            Request::Open { score } => {
                let opened = self.open(&score).map(Arc::new);
                Response::Opened { score, opened }
            }
            Request::Rows { view, from, count, places } => {
                let rows = self.scored().and_then(|scored| {
                    let places: Vec<u32> = match &places {
                        Some(places) => places.iter().skip(from).take(count).copied().collect(),
                        None => (from as u32..).take(count).collect(),
                    };
                    scored.pages.rows(&places).map(Arc::new)
                });
                Response::Rows { view, from, rows }
            }
            Request::Percentile { serial, percentile } => {
                let place = self.scored().and_then(|scored| scored.pages.at_percentile(percentile));
                Response::Percentile { serial, place }
            }
            Request::Detail { serial, place } => {
                let workspace = Arc::clone(&self.workspace);
                let detail = self.scored().and_then(|scored| scored.detail(&workspace, place)).map(Arc::new);
                Response::Detail { serial, place, detail }
            }
            Request::Locate { serial, id } => {
                let place = self.scored().and_then(|scored| scored.pages.find_id(&id, &Silent));
                Response::Located { serial, id, place }
            }
            Request::Change(detail) => {
                let workspace = Arc::clone(&self.workspace);
                let change = self.scored().and_then(|scored| scored.change(&workspace, &detail));
                Response::Change { profile: detail.profile.profile_id.clone(), change }
            }
            Request::WhatIf { detail, changes } => {
                let workspace = Arc::clone(&self.workspace);
                let answer = self.scored().and_then(|scored| scored.what_if(&workspace, &detail, &changes));
                Response::WhatIf { changes, answer: answer.map(Arc::new) }
            }
            Request::Factors { serial, run } => {
                let found = FoundRun { run: (*run.run).clone(), folder: run.folder.clone() };
                Response::Factors { serial, read: feature_importance::load(&found).map(Arc::new) }
            }
            _ => return None,
        })
    }

    fn open(&mut self, score: &str) -> Result<OpenedScores> {
        let scored = self.scored.insert(ScoredProfiles::open(&self.workspace, score)?);
        Ok(OpenedScores {
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
struct TaskProgress<'a> {
    sender: &'a Sender<Msg>,
    task: u64,
    end: &'a AtomicBool,
    last: Mutex<Instant>,
}

impl Progress for TaskProgress<'_> {
    fn advance(&self, done: u64, total: Option<u64>) {
        let mut last = self.last.lock().unwrap_or_else(|e| e.into_inner());
        if self.task > 0 && last.elapsed() >= PROGRESS_INTERVAL {
            *last = Instant::now();
            let progress = Response::Progress { task: self.task, done, total: total.unwrap_or(0) };
            let _ = self.sender.send(Msg::Profiles(Box::new(progress)));
        }
    }

    fn cancelled(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }
}
