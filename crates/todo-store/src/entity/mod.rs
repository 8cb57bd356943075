//! sea-orm entities, one per table. They are the source of column names for [`queries`](crate::queries) and are compared
//! with the migrated schema in tests.

#![expect(unreachable_pub, reason = "sea-orm's derive macros generate public items")]

pub(crate) mod idempotency_key;
pub(crate) mod task;
pub(crate) mod token_use;

#[cfg(test)]
mod tests;
