//! Writes exchanges to a file, on a thread of its own so that no call's task waits for the disk.

use std::fs::File;
use std::io::{Result, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use serde_json::Value;
use tokio::sync::oneshot;

/// What surrounds the exchanges, so that the file is one JSON document after each of them.
const HEAD: &str = "{\n  \"version\": 1,\n  \"exchanges\": [";
const TAIL: &str = "\n  ]\n}\n";

/// Appends exchanges to a file, which is created with the first one. Dropping it waits until all of them are written.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    thread: Mutex<Option<(Sender<Job>, JoinHandle<()>)>>,
}

/// An exchange to write, and who is told how that went.
#[derive(Debug)]
struct Job {
    exchange: Value,
    done: oneshot::Sender<Result<()>>,
}

impl Writer {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, thread: Mutex::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes one exchange. It is written also if the future is dropped.
    pub(super) async fn write(&self, exchange: Value) -> Result<()> {
        let (done, result) = oneshot::channel();
        self.send(Job { exchange, done })?;
        result.await.unwrap_or_else(|_| Err(std::io::Error::other("the thread that writes it has panicked")))
    }

    fn send(&self, job: Job) -> Result<()> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let (sender, _) = match &mut *thread {
            Some(running) => running,
            stopped => {
                let (sender, receiver) = channel();
                let path = self.path.clone();
                let handle = Builder::new().name("alicloud-recorder".into()).spawn(move || run(&path, &receiver))?;
                stopped.insert((sender, handle))
            }
        };
        // A thread that has panicked drops the job, which tells whoever waits for it.
        _ = sender.send(job);
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some((sender, handle)) = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            drop(sender);
            _ = handle.join();
        }
    }
}

fn run(path: &Path, jobs: &Receiver<Job>) {
    let mut recording = None;
    for Job { exchange, done } in jobs {
        // Nobody may be waiting any more.
        _ = done.send(append(&mut recording, path, &exchange));
    }
}

/// A file, and where its next exchange begins.
struct Recording {
    file: File,
    end: u64,
}

fn append(recording: &mut Option<Recording>, path: &Path, exchange: &Value) -> Result<()> {
    // Text in JSON has no line breaks of its own.
    let exchange = serde_json::to_string_pretty(exchange)?.replace('\n', "\n    ");
    match recording {
        Some(recording) => recording.add(&format!(",\n    {exchange}")),
        None => {
            let mut new = Recording { file: File::create(path)?, end: 0 };
            new.add(&format!("{HEAD}\n    {exchange}"))?;
            *recording = Some(new);
            Ok(())
        }
    }
}

impl Recording {
    /// Writes a text over the tail, and the tail after it, at once: the file is whole before and afterwards.
    fn add(&mut self, text: &str) -> Result<()> {
        let result = self.put(&format!("{text}{TAIL}"));
        match &result {
            Ok(()) => self.end += text.len() as u64,
            // The disk may be full. What was there before stays readable.
            Err(_) => _ = self.file.set_len(self.end).and_then(|()| self.put(TAIL)),
        }
        result
    }

    fn put(&mut self, text: &str) -> Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(text.as_bytes())
    }
}

/// A recording up to its last whole exchange, if it breaks off after one: its writer ended in the middle of a write.
pub(in crate::testing) fn repair(text: &str) -> Option<String> {
    const BETWEEN: &str = "\n    },";
    let end = text.rfind(BETWEEN)? + BETWEEN.len() - 1;
    Some(format!("{}{TAIL}", &text[..end]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn exchanges(text: &str) -> Option<usize> {
        Some(serde_json::from_str::<Value>(text).ok()?["exchanges"].as_array()?.len())
    }

    #[test]
    fn recording_after_each_exchange_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        let mut recording = None;
        for count in 1..5 {
            append(&mut recording, &path, &json!({"a": "x\n    },\n", "n": count})).unwrap();
            assert_eq!(exchanges(&std::fs::read_to_string(&path).unwrap()), Some(count));
        }
    }

    #[test]
    fn recording_with_any_truncation_keeps_complete_exchanges() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        let mut recording = None;
        let mut ends = vec![];
        for count in 0..3 {
            append(&mut recording, &path, &json!({"a": [{"b": count}, "x\n    },\n"]})).unwrap();
            ends.push(recording.as_ref().unwrap().end as usize);
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for at in 0..text.len() {
            let whole = ends.iter().filter(|end| **end < at).count();
            let cut = &text[..at];
            let actual = exchanges(cut).or_else(|| exchanges(&repair(cut)?)).unwrap_or(0);
            // The last exchange counts once what follows it has begun.
            assert!(actual == whole || (whole == 3 && actual >= 2), "{actual} of {whole} after {at} bytes");
        }
    }

    #[test]
    fn write_of_an_exchange_that_fails_keeps_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        let mut recording = None;
        append(&mut recording, &path, &json!({"a": 1})).unwrap();
        // A handle that cannot write, as on a full disk.
        recording.as_mut().unwrap().file = File::open(&path).unwrap();
        append(&mut recording, &path, &json!({"a": 2})).unwrap_err();
        assert_eq!(exchanges(&std::fs::read_to_string(&path).unwrap()), Some(1));
    }
}
