//! Strict JSON, in the header and in the payload alike.

use auth_core::VerifyError;
use auth_core::test_util::TokenBuilder;

use crate::support::{NOW, token_builder, verify_error};

/// `members`, put behind the good ones.
fn header_and(members: &str) -> Option<VerifyError> {
    verify_error(&token_builder().raw_header(format!(r#"{{"alg":"HS256",{members}}}"#)).sign())
}

fn payload_and(members: &str) -> Option<VerifyError> {
    verify_error(&payload(&format!("{},{members}}}", token_builder().payload_text().trim_end_matches('}'))).sign())
}

fn payload(text: &str) -> TokenBuilder {
    token_builder().raw_payload(text)
}

/// Header and payload obey one grammar.
fn both_refuse(members: &str) {
    assert_eq!(header_and(members), Some(VerifyError::InvalidHeader), "header {members}");
    assert_eq!(payload_and(members), Some(VerifyError::InvalidPayload), "payload {members}");
}

fn both_accept(members: &str) {
    assert_eq!(header_and(members), None, "header {members}");
    assert_eq!(payload_and(members), None, "payload {members}");
}

#[test]
fn unknown_members_of_any_kind_are_ignored() {
    both_accept(r#""role":"x","nested":{"a":[1,{"b":null}],"t":true},"empty":{},"n":-1.5,"list":[],"e":1e3,"z":-0"#);
    both_accept(r#""":"","\u0000":"\u0000","😀":"😀","\ud83d\ude01":1"#);
    both_accept(&(0..120).map(|n| format!("\"c{n}\":{n}")).collect::<Vec<_>>().join(","));
}

#[test]
fn claim_names_are_case_sensitive() {
    assert_eq!(payload_and(r#""Sub":"bob","SUB":"bob","EXP":0"#), None);
    let shouted = payload(&token_builder().payload_text().replace("\"sub\"", "\"SUB\"")).sign();
    assert_eq!(verify_error(&shouted), Some(VerifyError::InvalidSubject));
}

#[test]
fn no_name_may_stand_twice_at_any_level() {
    both_refuse(r#""a":1,"a":1"#);
    both_refuse(r#""a":1,"\u0061":2"#);
    both_refuse(r#""\u0061":1,"a":2"#);
    both_refuse(r#""deep":{"a":[{"b":1,"b":2}]}"#);
    both_refuse(r#""deep":{"a":1,"\u0061":2}"#);
    both_refuse(r#""😀":1,"\ud83d\ude00":2"#);
    assert_eq!(header_and(r#""alg":"HS256""#), Some(VerifyError::InvalidHeader));
    for known in [r#""sub":"bob""#, r#""exp":9999999999"#, r#""s\u0075b":"bob""#, r#""email":null"#] {
        assert_eq!(payload_and(known), Some(VerifyError::InvalidPayload), "{known}");
    }
    both_accept(r#""a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]"#);
}

#[test]
fn a_name_that_stands_twice_is_found_among_many() {
    let names: Vec<_> = (0..200).map(|n| format!("\"n{n}\":{n}")).collect();
    both_accept(&names.join(","));
    for twice in [0, 5, 15, 16, 17, 150, 199] {
        both_refuse(&format!("{},\"n{twice}\":0", names.join(",")));
        both_refuse(&format!("{},\"\\u006e{twice}\":0", names.join(",")));
    }
    both_refuse(&format!("\"\\u0061\":0,{},\"a\":0", names.join(",")));
}

#[test]
fn nesting_ends_at_32_levels() {
    let lists = |levels: usize| format!("\"d\":{}{}", "[".repeat(levels), "]".repeat(levels));
    let objects = |levels: usize| format!("\"d\":{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    both_accept(&lists(31));
    both_accept(&objects(31));
    for levels in [32, 100, 1500] {
        both_refuse(&lists(levels));
    }
    both_refuse(&objects(32));
    both_refuse(&"[".repeat(2500));
}

#[test]
fn one_object_and_nothing_else() {
    let good = token_builder().payload_text();
    let others = [
        String::new(),
        "null".to_owned(),
        "1".to_owned(),
        "\"text\"".to_owned(),
        format!("[{good}]"),
        format!("{good}x"),
        format!("{good},"),
        format!("{good}{good}"),
        format!("\u{feff}{good}"),
        format!("{good}\0"),
        format!("//\n{good}"),
        good.replacen('}', ",}", 1),
        good.replace('"', "'"),
        good.replacen("\"sub\"", "sub", 1),
        token_builder().sign(),
        serde_json::Value::from(good.clone()).to_string(),
    ];
    for other in others {
        assert_eq!(verify_error(&payload(&other).sign()), Some(VerifyError::InvalidPayload), "{other}");
    }
    assert_eq!(verify_error(&payload(&format!(" \r\n\t{good}\n")).sign()), None);
    for header in [
        "[\"HS256\"]",
        "\"HS256\"",
        "null",
        "{}x",
        "\u{feff}{\"alg\":\"HS256\"}",
        "{\"alg\":\"HS256\",}",
        "{alg:\"HS256\"}",
    ] {
        assert_eq!(
            verify_error(&token_builder().raw_header(header).sign()),
            Some(VerifyError::InvalidHeader),
            "{header}"
        );
    }
}

#[test]
fn what_is_not_json_is_refused_even_where_nobody_looks() {
    for bad in ["NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x10", "1e400", "undefined", "True", "'x'"] {
        both_refuse(&format!("\"n\":{bad}"));
    }
    for bad in ["\\ud800", "\\udc00", "\\ud800\\u0041", "\\x41", "\\u12", "\n", "\t", "\u{1}", "\\"] {
        both_refuse(&format!("\"s\":\"{bad}\""));
        both_refuse(&format!("\"{bad}\":1"));
    }
}

#[test]
fn escapes_are_read_as_what_they_mean() {
    let text = format!(r#"{{"s\u0075b":"\u0061n\u006e","iat":{NOW},"\u0065xp":{}}}"#, NOW + 60);
    assert_eq!(verify_error(&payload(&text).sign()), None);
}
