//! What has been achieved, and what is still missing.

use crate::{Lesson, Localized};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the learner has achieved in one lesson. A step once passed stays passed, whatever happens later;
/// within the current step, checks marked `seen` stay passed as well. Keyed by step id, so that it survives
/// an edited lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Progress {
    /// The steps that have passed.
    pub passed: BTreeSet<String>,
    /// Per step that has not yet passed, the `seen` checks that have, by their place in the list.
    pub seen: BTreeMap<String, BTreeSet<usize>>,
}

impl Progress {
    /// Whether every step of the lesson has passed.
    pub fn solved(&self, lesson: &Lesson) -> bool {
        lesson.step_ids().all(|id| self.passed.contains(id))
    }

    /// The step the learner is at: the first that has not passed.
    pub fn current<'a>(&self, lesson: &'a Lesson) -> Option<&'a str> {
        lesson.step_ids().find(|id| !self.passed.contains(*id))
    }
}

/// How a lesson stands after an evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Each step in order.
    pub steps: Vec<StepReport>,
    /// The steps that passed in this very evaluation.
    pub newly_passed: Vec<String>,
    /// Whether all steps have passed.
    pub solved: bool,
}

impl Report {
    /// The first check that keeps the current step from passing: the one whose message helps most.
    pub fn first_failure(&self) -> Option<(&StepReport, &CheckReport)> {
        let step = self.steps.iter().find(|step| step.state == StepState::Current)?;
        step.checks.iter().find(|check| !check.passed).map(|check| (step, check))
    }
}

/// How one step stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepReport {
    /// The step's id.
    pub id: String,
    /// Whether it has passed, is the one to do, or comes later.
    pub state: StepState,
    /// Its checks in order; empty for steps that come later.
    pub checks: Vec<CheckReport>,
}

/// Where a step is on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Done.
    Passed,
    /// The one to do now.
    Current,
    /// Not yet looked at.
    Later,
}

/// How one check of the current step stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Whether it holds, or has been seen to hold where that is enough.
    pub passed: bool,
    /// What to tell the learner while it does not.
    pub message: Localized,
    /// What was found instead, in the API's own words, such as `{.status.phase} is Pending`.
    pub found: Option<String>,
}
