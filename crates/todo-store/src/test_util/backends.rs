/// Generates two tests from each function, `name::sqlite` and `name::postgres`. The argument is a
/// [`Store`](crate::Store), or a [`&TestDatabase`](crate::test_util::TestDatabase) that is not opened yet. The calling
/// crate needs tokio with its macros and multi-threaded runtime.
#[macro_export]
macro_rules! for_each_backend {
    () => {};
    ($(#[$meta:meta])* async fn $name:ident($store:ident: Store) $body:block $($rest:tt)*) => {
        $crate::for_each_backend! {
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

            async fn test_body($database: &$crate::test_util::TestDatabase) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                test_body(&$crate::test_util::TestDatabase::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                test_body(&$crate::test_util::TestDatabase::postgres().await).await;
            }
        }
        $crate::for_each_backend! { $($rest)* }
    };
}
