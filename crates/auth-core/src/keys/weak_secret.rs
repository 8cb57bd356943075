//! Detection of weak secrets: copied from an example, or a simple pattern of the required length.
//!
//! A false positive would stop a service that has a good secret. So each rule covers the whole value, and no rule matches the
//! output of a generator. Two kinds of values are accepted on purpose: values with a word that is not on the list, and values
//! that contain `test`, because automated test suites need a fixed secret.

use std::sync::LazyLock;

use zeroize::Zeroizing;

/// Values that look random but are published, in lower case: the key of RFC 7515 A.1.
const PUBLISHED: [&str; 1] = ["aym1sysppbydfgzld3umj1qzkobwvmkoqq-estjqlr_t-1qs0gzh75aktmn3yj0ips4hcguutwjazzr1z9caow"];

/// The words of placeholders, one a line. The web application reads the same file, so that both sides reject the same secrets.
static PLACEHOLDER_WORDS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("placeholder_words.txt").lines().collect());

/// The maximum number of digits, besides sequences, in a placeholder phrase.
const MAX_OTHER_DIGITS: usize = 6;

/// The maximum period of a repetition, in bytes.
const MAX_PERIOD_BYTES: usize = 8;

/// Returns whether the secret is published or easy to guess (RFC 8725 §3.5). ASCII case is ignored.
pub(super) fn is_weak(secret: &str) -> bool {
    let secret = Zeroizing::new(secret.to_ascii_lowercase());
    PUBLISHED.contains(&secret.as_str())
        || is_repetition(secret.as_bytes())
        || is_sequence(secret.as_bytes())
        || is_placeholder_phrase(secret.as_bytes())
}

/// `aaaaaaaa…`, `changemechangeme…`: up to [`MAX_PERIOD_BYTES`] bytes, repeated.
fn is_repetition(secret: &[u8]) -> bool {
    (1..=MAX_PERIOD_BYTES).any(|period| secret.iter().zip(secret.iter().skip(period)).all(|(a, b)| a == b))
}

/// `0123456789abcdef0123456789abcdef`, `12345678901234567890…`: at least 90 % of the steps go to the next digit or letter.
fn is_sequence(secret: &[u8]) -> bool {
    let steps = secret.windows(2).filter(|pair| is_next(pair[0], pair[1])).count();
    steps * 10 >= (secret.len() - 1) * 9
}

fn is_next(a: u8, b: u8) -> bool {
    a.is_ascii_alphanumeric() && (b == a + 1 || (a == b'9' && b == b'0'))
}

/// `your-super-secret-jwt-key-min-32-chars-long`, `better-auth-secret-12345678901234567890`: placeholder words, digit
/// sequences, separators and up to [`MAX_OTHER_DIGITS`] other digits.
fn is_placeholder_phrase(secret: &[u8]) -> bool {
    let mut other_digits = 0;
    let mut has_words = false;
    for part in secret.chunk_by(|a, b| char_class(*a) == char_class(*b)) {
        match char_class(part[0]) {
            CharClass::Letter if is_word_sequence(part) => has_words = true,
            CharClass::Digit if is_digit_sequence(part) => {}
            CharClass::Digit => other_digits += part.len(),
            CharClass::Separator => {}
            CharClass::Letter | CharClass::Other => return false,
        }
    }
    has_words && other_digits <= MAX_OTHER_DIGITS
}

/// More than three digits, each equal to or following the one before.
fn is_digit_sequence(digits: &[u8]) -> bool {
    digits.len() > 3 && digits.windows(2).all(|pair| is_next(pair[0], pair[1]) || pair[0] == pair[1])
}

#[derive(PartialEq)]
enum CharClass {
    Letter,
    Digit,
    Separator,
    Other,
}

fn char_class(byte: u8) -> CharClass {
    match byte {
        b'a'..=b'z' => CharClass::Letter,
        b'0'..=b'9' => CharClass::Digit,
        b'-' | b'_' | b'.' | b' ' | b'!' | b'\'' | b',' | b':' | b'<' | b'>' => CharClass::Separator,
        _ => CharClass::Other,
    }
}

/// Returns whether the letters are a concatenation of [`PLACEHOLDER_WORDS`]: `supersecretkey` is one of three words.
fn is_word_sequence(letters: &[u8]) -> bool {
    // `reachable[end]`: the first `end` letters are such a concatenation.
    let mut reachable = vec![false; letters.len() + 1];
    reachable[0] = true;
    for end in 1..=letters.len() {
        reachable[end] = PLACEHOLDER_WORDS
            .iter()
            .any(|word| letters[..end].ends_with(word.as_bytes()) && reachable[end - word.len()]);
    }
    reachable[letters.len()]
}
