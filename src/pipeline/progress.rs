//! Stages, their counts and their seconds, as they happen. Who watches decides how it looks.

use std::time::Instant;

/// What one stage did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stage {
    pub name: String,
    /// In the order they were counted.
    pub counts: Vec<(String, u64)>,
    pub seconds: f64,
}

/// Told of every stage as it begins and ends.
pub trait Watch {
    /// A stage begins.
    fn begins(&self, name: &str);
    /// A stage has ended.
    fn ended(&self, stage: &Stage);
}

/// Watches nothing.
pub struct Quiet;

impl Watch for Quiet {
    fn begins(&self, _: &str) {}
    fn ended(&self, _: &Stage) {}
}

/// Collects the stages of one run.
pub struct Progress<'a> {
    watch: &'a dyn Watch,
    stages: Vec<Stage>,
    begun: Option<Instant>,
}

impl<'a> Progress<'a> {
    /// Nothing done yet.
    pub fn new(watch: &'a dyn Watch) -> Self {
        Self { watch, stages: Vec::new(), begun: None }
    }

    /// Ends the stage before and begins the next.
    pub fn stage(&mut self, name: &str) {
        self.end();
        self.watch.begins(name);
        self.stages.push(Stage { name: name.to_string(), ..Default::default() });
        self.begun = Some(Instant::now());
    }

    /// Notes a count of the current stage.
    pub fn count(&mut self, what: &str, count: u64) {
        if let Some(stage) = self.stages.last_mut() {
            stage.counts.push((what.to_string(), count));
        }
    }

    /// Ends the current stage.
    pub fn end(&mut self) {
        if let (Some(begun), Some(stage)) = (self.begun.take(), self.stages.last_mut()) {
            stage.seconds = begun.elapsed().as_secs_f64();
            self.watch.ended(stage);
        }
    }

    /// All stages so far.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }
}
