//! Secrets that are none: copied from an example, or typed to fill the length.
//!
//! A false alarm locks somebody out of his own service, so each rule looks at the whole value, and none can hit what a
//! generator makes. Two things are let through on purpose: values with a word that is not on the list, and whatever calls
//! itself a test's (`test` is not on it), because automated suites need a fixed secret.

use zeroize::Zeroizing;

/// Whether everybody knows this secret, or could guess it.
pub(crate) fn is_placeholder(secret: &str) -> bool {
    let secret = Zeroizing::new(secret.to_ascii_lowercase());
    PUBLISHED.contains(&secret.as_str())
        || repeats(secret.as_bytes())
        || counts(secret.as_bytes())
        || talks(secret.as_bytes())
}

/// Values that look random and stand in a specification: the key of RFC 7515 A.1, in lower case.
const PUBLISHED: [&str; 1] = ["aym1sysppbydfgzld3umj1qzkobwvmkoqq-estjqlr_t-1qs0gzh75aktmn3yj0ips4hcguutwjazzr1z9caow"];

/// `aaaaaaaa…`, `changemechangeme…`: at most eight characters, said again and again.
fn repeats(secret: &[u8]) -> bool {
    (1..=8).any(|period| secret.iter().zip(secret.iter().skip(period)).all(|(a, b)| a == b))
}

/// `0123456789abcdef0123456789abcdef`, `12345678901234567890…`: nine steps of ten go to the next digit or letter.
fn counts(secret: &[u8]) -> bool {
    let steps = secret.windows(2).filter(|pair| is_next(pair[0], pair[1])).count();
    steps * 10 >= (secret.len() - 1) * 9
}

fn is_next(a: u8, b: u8) -> bool {
    a.is_ascii_alphanumeric() && (b == a + 1 || (a == b'9' && b == b'0'))
}

/// `your-super-secret-jwt-key-min-32-chars-long`, `better-auth-secret-12345678901234567890`: nothing is left when the words
/// that placeholders are made of, small numbers and counted digits are taken away.
fn talks(secret: &[u8]) -> bool {
    let mut free_digits = 0;
    let mut spoken = false;
    for part in secret.chunk_by(|a, b| kind(*a) == kind(*b)) {
        match kind(part[0]) {
            Kind::Letter if is_made_of_words(part) => spoken = true,
            Kind::Digit
                if part.len() > 3 && part.windows(2).all(|pair| is_next(pair[0], pair[1]) || pair[0] == pair[1]) => {}
            Kind::Digit => free_digits += part.len(),
            Kind::Separator => {}
            Kind::Letter | Kind::Foreign => return false,
        }
    }
    spoken && free_digits <= 6
}

#[derive(PartialEq)]
enum Kind {
    Letter,
    Digit,
    Separator,
    Foreign,
}

fn kind(byte: u8) -> Kind {
    match byte {
        b'a'..=b'z' => Kind::Letter,
        b'0'..=b'9' => Kind::Digit,
        b'-' | b'_' | b'.' | b' ' | b'!' | b'\'' | b',' | b':' | b'<' | b'>' => Kind::Separator,
        _ => Kind::Foreign,
    }
}

/// Whether some sequence of [`WORDS`] spells the letters: `supersecretkey` is three of them.
fn is_made_of_words(letters: &[u8]) -> bool {
    let mut spelled = vec![false; letters.len() + 1];
    spelled[0] = true;
    for end in 1..=letters.len() {
        spelled[end] = WORDS.iter().any(|word| letters[..end].ends_with(word.as_bytes()) && spelled[end - word.len()]);
    }
    spelled[letters.len()]
}

#[rustfmt::skip]
const WORDS: &[&str] = &[
    // what to do with it
    "add", "change", "changed", "copy", "create", "edit", "enter", "fill", "generate", "generated", "insert", "make", "modified",
    "modify", "please", "put", "replace", "replaced", "set", "update", "use", "used", "using",
    // what it is
    "auth", "authentication", "better", "cookie", "default", "dummy", "encryption", "example", "hmac", "hs", "jwt", "key", "keys",
    "nextauth", "pass", "passphrase", "password", "phrase", "placeholder", "sample", "secret", "secrets", "session", "sha",
    "sign", "signing", "string", "text", "token", "tokens", "value",
    // what it ought to be
    "actual", "complex", "extra", "hex", "long", "longer", "new", "own", "private", "random", "randomly", "real", "really",
    "safe", "secure", "shared", "strong", "super", "unique", "very",
    // how long
    "base", "bit", "bits", "byte", "bytes", "char", "character", "characters", "chars", "length", "least", "min", "minimum",
    "more", "or", "plus", "than",
    // where
    "api", "app", "application", "backend", "demo", "dev", "develop", "development", "env", "environment", "frontend", "here",
    "local", "localhost", "prod", "production", "server", "service", "todo", "web",
    // and between
    "a", "an", "and", "any", "at", "be", "before", "do", "for", "from", "in", "is", "it", "later", "me", "must", "my", "not",
    "now", "of", "only", "our", "some", "something", "that", "the", "this", "to", "with", "you", "your",
];
