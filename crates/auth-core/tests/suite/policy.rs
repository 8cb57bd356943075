//! What a policy tells about itself.

use auth_core::Policy;

#[test]
fn a_fresh_policy_wants_no_issuer_and_no_audience() {
    let policy = Policy::new();
    assert_eq!(policy, Policy::default());
    assert_eq!(policy.expected_issuer(), None);
    assert!(policy.expected_audiences().is_empty());
}

#[test]
fn the_last_issuer_and_every_audience_count() {
    let policy = Policy::new().issuer("a").issuer("b").audience("x").audience("y");
    assert_eq!(policy.expected_issuer(), Some("b"));
    assert_eq!(policy.expected_audiences(), ["x", "y"]);
}
