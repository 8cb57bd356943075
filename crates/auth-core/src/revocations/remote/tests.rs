//! The polls.
