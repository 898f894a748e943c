//! How virtual time follows the wall clock.

use podground_web::protocol::{ClockCommand, ClockView};

/// After a pause of the machine longer than this, virtual time does not catch up.
const LONGEST_STEP_MILLIS: f64 = 250.0;

/// Virtual time as it should be, against which the session is run.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    /// Nanoseconds since the session began.
    target: f64,
    paused: bool,
    speed: u32,
    wall: f64,
}

impl Clock {
    /// A clock that runs from `elapsed` nanoseconds on.
    pub(crate) fn new(elapsed: f64, wall_millis: f64) -> Self {
        Self { target: elapsed, paused: false, speed: 1, wall: wall_millis }
    }

    /// Does what the learner asked for.
    pub(crate) fn command(&mut self, command: ClockCommand) {
        match command {
            ClockCommand::Pause => self.paused = true,
            ClockCommand::Run { speed } => (self.paused, self.speed) = (false, speed.clamp(1, 100)),
            ClockCommand::SkipUntilQuiet => {}
        }
    }

    /// The wall clock stands here now; where virtual time should be, in nanoseconds.
    pub(crate) fn follow(&mut self, wall_millis: f64) -> f64 {
        let passed = (wall_millis - self.wall).clamp(0.0, LONGEST_STEP_MILLIS);
        self.wall = wall_millis;
        if !self.paused {
            self.target += passed * 1e6 * f64::from(self.speed);
        }
        self.target
    }

    /// Virtual time has run ahead to here.
    pub(crate) fn skipped_to(&mut self, elapsed: f64) {
        self.target = self.target.max(elapsed);
    }

    /// Whether time stands still.
    pub(crate) fn paused(&self) -> bool {
        self.paused
    }

    /// Milliseconds of wall clock until virtual time reaches `elapsed`.
    pub(crate) fn wait_for(&self, elapsed: f64) -> f64 {
        ((elapsed - self.target) / 1e6 / f64::from(self.speed)).max(0.0)
    }

    /// As the page shows it.
    pub(crate) fn view(&self, elapsed: f64) -> ClockView {
        ClockView { elapsed_seconds: (elapsed / 1e9).floor(), paused: self.paused, speed: self.speed }
    }
}
