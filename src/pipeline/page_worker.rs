//! Asks the other extractors about a page: in a process of its own, which may die without harm. When it does, our own
//! reading stands.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::time::timeout;

/// The argument that makes the program a page worker.
pub const ARGUMENT: &str = "page-worker";
/// Longest wait for an answer; the process has a shorter limit on its own work.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest answer read, in bytes.
const MAX_ANSWER: u64 = 32 << 20;

/// Why the other extractors said nothing.
#[derive(Debug, thiserror::Error)]
pub enum PageWorkerError {
    /// The program cannot be started, or spoken to.
    #[error("cannot talk to the page worker")]
    Io(#[from] std::io::Error),
    /// It was ended by a limit or by a fault.
    #[error("the page worker ended early ({0})")]
    Died(std::process::ExitStatus),
    /// It took too long.
    #[error("the page worker did not answer in time")]
    Late,
    /// It said something else.
    #[error("the page worker's answer cannot be read")]
    Answer(#[from] serde_json::Error),
}

/// The program that is started for each page: usually this one.
#[derive(Debug, Clone)]
pub struct PageWorker(pub PathBuf);

impl PageWorker {
    /// What the other extractors find in a decoded page, one text each.
    ///
    /// # Errors
    /// See [`PageWorkerError`]; none of them says anything about the page but that nobody else could read it.
    pub async fn voices(&self, html: String) -> Result<Vec<String>, PageWorkerError> {
        timeout(PATIENCE, self.ask(html)).await.map_err(|_| PageWorkerError::Late)?
    }

    async fn ask(&self, html: String) -> Result<Vec<String>, PageWorkerError> {
        let mut child = Command::new(&self.0)
            .arg(ARGUMENT)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let say = async {
            if let Some(mut stdin) = stdin {
                // A worker that dies stops listening; how it ended says more than a broken pipe.
                let _ = stdin.write_all(html.as_bytes()).await;
            }
        };
        let mut answer = Vec::new();
        let hear = async {
            match stdout {
                Some(stdout) => stdout.take(MAX_ANSWER).read_to_end(&mut answer).await,
                None => Ok(0),
            }
        };
        let ((), heard) = tokio::join!(say, hear);
        heard?;
        let status = child.wait().await?;
        if !status.success() {
            return Err(PageWorkerError::Died(status));
        }
        Ok(serde_json::from_slice(&answer)?)
    }
}
