//! The days on which personal access tokens were last used.

mod list;
mod recorder;

pub(crate) use list::*;
pub(crate) use recorder::TokenUseRecorder;
