//! An installed Graphviz, for those who ask for one of its layouts: our DOT goes in, its SVG comes out. Nothing else uses it.

use super::error::CliError;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Layouts that can be asked for by name.
pub const LAYOUTS: [&str; 4] = ["dot", "fdp", "sfdp", "neato"];

/// A layout that takes longer than this is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// No picture of a few hundred vertices is larger.
const BYTES_MAX: u64 = 64 << 20;

/// What Graphviz makes of a DOT document, from the tag of its root on: what stands before names a server.
pub fn svg(dot: String) -> Result<String, CliError> {
    let failed =
        |what: String| CliError::message(what, "leave --layout out: the built-in layout needs no other program");
    let mut child = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CliError::message(
                "--layout needs Graphviz, and there is no program `dot`",
                "install it (Debian: apt install graphviz), or leave --layout out: the built-in layout needs nothing",
            ),
            _ => failed(format!("Graphviz cannot be started: {error}")),
        })?;
    // Each pipe has its own thread, or a full one would stop both programs.
    let writer = child.stdin.take().map(|mut stdin| {
        std::thread::spawn(move || {
            // When Graphviz goes away early its exit tells why.
            let _ = stdin.write_all(dot.as_bytes());
        })
    });
    let (out, said) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let status = wait(&mut child).map_err(|error| failed(format!("Graphviz: {error}")))?;
    let Some(status) = status else {
        return Err(failed(format!("Graphviz was still busy after {} seconds", PATIENCE.as_secs())));
    };
    if let Some(writer) = writer {
        let _ = writer.join();
    }
    let text = |pipe: Option<std::thread::JoinHandle<Vec<u8>>>| -> String {
        let bytes = pipe.and_then(|pipe| pipe.join().ok()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (picture, said) = (text(out), text(said));
    if !status.success() {
        let first = said.lines().next().unwrap_or("it told nothing").to_string();
        return Err(failed(format!("Graphviz failed: {first}")));
    }
    match picture.find("<svg") {
        Some(start) => Ok(picture[start..].to_string()),
        None => Err(failed("Graphviz drew nothing".to_string())),
    }
}

fn reader(pipe: Option<impl Read + Send + 'static>) -> Option<std::thread::JoinHandle<Vec<u8>>> {
    let pipe = pipe?;
    Some(std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What could be read is what there is.
        let _ = pipe.take(BYTES_MAX).read_to_end(&mut bytes);
        bytes
    }))
}

/// The exit of the child, nothing when it took too long and was stopped.
fn wait(child: &mut Child) -> std::io::Result<Option<std::process::ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Width and height of a Graphviz picture in pixels of 96 to the inch.
pub fn size(svg: &str) -> (f64, f64) {
    let side = |name: &str| -> Option<f64> {
        let rest = svg.split_once(&format!("{name}=\""))?.1;
        rest.split_once("pt\"")?.0.parse().ok()
    };
    let pixels = |points: Option<f64>| points.filter(|points| points.is_finite()).unwrap_or(600.0) * 96.0 / 72.0;
    (pixels(side(" width")), pixels(side(" height")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_read_from_the_root() {
        assert_eq!(size("<svg width=\"72pt\" height=\"144pt\"\n viewBox"), (96.0, 192.0));
        assert_eq!(size("<svg>"), (800.0, 800.0));
    }
}
