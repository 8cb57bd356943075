use todo_domain::{JwtId, TokenUse, UtcDate};
use todo_store::{
    OwnerTasks, for_each_backend,
    test_util::{owner_id, timestamp},
};

use crate::tasks_of_ann;

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

fn token_use(id: &str, day: i64) -> TokenUse {
    TokenUse { token_id: id.parse().unwrap(), last_used_on: UtcDate::from_days(day) }
}

async fn uses_of(tasks: &OwnerTasks) -> Vec<TokenUse> {
    let mut uses = tasks.list_token_uses().await.unwrap();
    uses.sort_by(|a, b| a.token_id.as_str().cmp(b.token_id.as_str()));
    uses
}

for_each_backend! {
    async fn last_use_of_a_token_is_the_latest_day(store: Store) {
        let ann = tasks_of_ann(&store);
        assert_eq!(uses_of(&ann).await, []);
        for day in [10, 12, 11, 12] {
            ann.record_token_use(&token_use("one", day), timestamp(90 * DAY_MICROS)).await.unwrap();
        }
        ann.record_token_use(&token_use("two", 5), timestamp(90 * DAY_MICROS)).await.unwrap();
        assert_eq!(uses_of(&ann).await, [token_use("one", 12), token_use("two", 5)]);
    }

    async fn uses_of_tokens_are_separate_for_each_owner_and_deleted_with_everything(store: Store) {
        let (ann, bob) = (tasks_of_ann(&store), store.for_owner(owner_id("bob")));
        // Two owners whose tokens have the same id.
        ann.record_token_use(&token_use("one", 10), timestamp(1)).await.unwrap();
        bob.record_token_use(&token_use("one", 20), timestamp(1)).await.unwrap();
        assert_eq!((uses_of(&ann).await, uses_of(&bob).await), (vec![token_use("one", 10)], vec![token_use("one", 20)]));
        ann.delete_all().await.unwrap();
        assert_eq!((uses_of(&ann).await, uses_of(&bob).await), (vec![], vec![token_use("one", 20)]));
    }

    async fn uses_of_ended_tokens_are_purged(store: Store) {
        let ann = tasks_of_ann(&store);
        // More than one statement deletes.
        for number in 0..510 {
            ann.record_token_use(&token_use(&format!("ended-{number}"), 1), timestamp(number)).await.unwrap();
        }
        ann.record_token_use(&token_use("valid", 1), timestamp(1_000)).await.unwrap();
        assert_eq!(store.delete_token_uses_expired_before(timestamp(1_000)).await.unwrap(), 510);
        assert_eq!(uses_of(&ann).await, [token_use("valid", 1)]);
        assert_eq!(store.delete_token_uses_expired_before(timestamp(1_000)).await.unwrap(), 0);
    }

    async fn longest_token_id_is_stored(store: Store) {
        let ann = tasks_of_ann(&store);
        let longest = token_use(&"x".repeat(JwtId::MAX_BYTES), 2_932_896);
        ann.record_token_use(&longest, timestamp(i64::MAX)).await.unwrap();
        assert_eq!(uses_of(&ann).await, [longest]);
    }
}
