/// Makes two tests out of each function, `name::sqlite` and `name::postgres`. The argument is a [`Store`](crate::Store),
/// or a [`&TestDatabase`](crate::test_util::TestDatabase) that nobody has opened yet. The calling crate needs tokio with
/// its macros and multi-threaded runtime.
#[macro_export]
macro_rules! on_both {
    () => {};
    ($(#[$meta:meta])* async fn $name:ident($store:ident: Store) $body:block $($rest:tt)*) => {
        $crate::on_both! {
            $(#[$meta])*
            async fn $name(database: &TestDatabase) {
                let $store = database.store().await;
                $body
            }
            $($rest)*
        }
    };
    ($(#[$meta:meta])* async fn $name:ident($database:ident: &TestDatabase) $body:block $($rest:tt)*) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn both($database: &$crate::test_util::TestDatabase) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                both(&$crate::test_util::TestDatabase::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                both(&$crate::test_util::TestDatabase::postgres().await).await;
            }
        }
        $crate::on_both! { $($rest)* }
    };
}
