use std::{
    convert::Infallible,
    io, mem,
    pin::Pin,
    task::{Context, Poll},
    vec,
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    web::Bytes,
};
use serde::Serialize;

/// Maximum size of the JSON of a page.
const MAX_PAGE_BYTES: usize = 256 * 1024;

/// Size of the parts in which a page is handed to the connection. Between two parts the connection waits for the client,
/// and the memory of the parts that it has taken is free.
const SEGMENT_BYTES: usize = 32 * 1024;

/// A JSON array that is written element by element and ends before the element with which it would exceed
/// [`MAX_PAGE_BYTES`].
pub(crate) struct PageJson {
    text: Segments,
    error: Option<serde_json::Error>,
}

impl PageJson {
    /// `expected_bytes` is the initial capacity, unless one segment is less.
    pub(crate) fn new(expected_bytes: usize) -> Self {
        let mut text = Segments { full: Vec::new(), last: Vec::with_capacity(expected_bytes.min(SEGMENT_BYTES)) };
        text.append(b"[");
        Self { text, error: None }
    }

    /// Adds an element, unless it does not fit. The first one always fits.
    pub(crate) fn push(&mut self, element: &impl Serialize) -> bool {
        let length = self.text.len();
        let is_first = length == 1;
        if !is_first {
            self.text.append(b",");
        }
        if let Err(error) = serde_json::to_writer(&mut self.text, element) {
            self.error = Some(error);
            return false;
        }
        let fits = is_first || self.text.len() < MAX_PAGE_BYTES;
        if !fits {
            self.text.truncate(length);
        }
        fits
    }

    /// The array as the body of a response.
    pub(crate) fn into_body(mut self) -> Result<BoxBody, serde_json::Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.text.append(b"]");
        let Segments { full, last } = self.text;
        if full.is_empty() {
            return Ok(BoxBody::new(Bytes::from(last)));
        }
        let bytes = full.len() * SEGMENT_BYTES + last.len();
        let mut segments: Vec<Bytes> = full.into_iter().map(Bytes::from).collect();
        segments.push(last.into());
        Ok(BoxBody::new(SegmentedBody { bytes: bytes as u64, segments: segments.into_iter() }))
    }
}

/// Text in segments of [`SEGMENT_BYTES`], of which only the last may be shorter.
struct Segments {
    full: Vec<Vec<u8>>,
    last: Vec<u8>,
}

impl Segments {
    fn len(&self) -> usize {
        self.full.len() * SEGMENT_BYTES + self.last.len()
    }

    #[inline]
    fn append(&mut self, mut text: &[u8]) {
        while text.len() > self.last.capacity() - self.last.len() {
            let free = SEGMENT_BYTES - self.last.len();
            if self.last.capacity() < SEGMENT_BYTES {
                self.last.reserve_exact(free);
                continue;
            }
            let (head, tail) = text.split_at(free.min(text.len()));
            self.last.extend_from_slice(head);
            self.full.push(mem::replace(&mut self.last, Vec::with_capacity(SEGMENT_BYTES)));
            text = tail;
        }
        self.last.extend_from_slice(text);
    }

    fn truncate(&mut self, length: usize) {
        while length < self.full.len() * SEGMENT_BYTES {
            self.last = self.full.pop().unwrap_or_default();
        }
        self.last.truncate(length - self.full.len() * SEGMENT_BYTES);
    }
}

impl io::Write for Segments {
    #[inline]
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.write_all(text)?;
        Ok(text.len())
    }

    #[inline]
    fn write_all(&mut self, text: &[u8]) -> io::Result<()> {
        self.append(text);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A body that is handed to the connection segment by segment.
struct SegmentedBody {
    /// Size of the whole body.
    bytes: u64,
    segments: vec::IntoIter<Bytes>,
}

impl MessageBody for SegmentedBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.bytes)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(self.segments.next().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::task::Waker;

    /// Size, and the parts that are handed out.
    fn read(mut body: BoxBody) -> (BodySize, Vec<Bytes>) {
        let (size, mut parts) = (body.size(), Vec::new());
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(Ok(part))) = Pin::new(&mut body).poll_next(&mut context) {
            // The body does not refer to it any more, so its memory is free as soon as the connection drops it.
            assert!(part.is_unique());
            parts.push(part);
        }
        (size, parts)
    }

    /// The number of elements that fit, and the page.
    fn page_of(elements: &[String]) -> (usize, Vec<u8>) {
        let mut page = PageJson::new(16);
        let count = elements.iter().take_while(|element| page.push(element)).count();
        let (size, parts) = read(page.into_body().unwrap());
        let text = parts.concat();
        assert_eq!(size, BodySize::Sized(text.len() as u64));
        (count, text)
    }

    proptest! {
        #[test]
        fn page_is_the_longest_array_within_the_limit(
            elements in prop::collection::vec(("[a\"\u{1f469}]", 1_usize..60_000).prop_map(|(text, times)| text.repeat(times)), 0..12)
        ) {
            let (count, text) = page_of(&elements);
            prop_assert_eq!(&text, &serde_json::to_vec(&elements[..count]).unwrap());
            prop_assert!(text.len() <= MAX_PAGE_BYTES || count == 1);
            if count < elements.len() {
                let longer = serde_json::to_vec(&elements[..=count]).unwrap();
                prop_assert!(longer.len() > MAX_PAGE_BYTES);
            }
        }
    }

    #[test]
    fn page_may_have_exactly_the_maximum_size() {
        // Two brackets, one comma and four quotation marks.
        let element = |bytes: usize| "x".repeat(bytes);
        let (count, text) = page_of(&[element(100_000), element(MAX_PAGE_BYTES - 100_000 - 7)]);
        assert_eq!((count, text.len()), (2, MAX_PAGE_BYTES));
        let (count, text) = page_of(&[element(100_000), element(MAX_PAGE_BYTES - 100_000 - 6)]);
        assert_eq!((count, text.len()), (1, 100_004));
    }

    #[test]
    fn first_element_is_never_left_out() {
        let (count, text) = page_of(&["x".repeat(MAX_PAGE_BYTES), "y".to_owned()]);
        assert_eq!((count, text.len()), (1, MAX_PAGE_BYTES + 4));
    }

    #[test]
    fn page_is_handed_out_in_segments() {
        let mut page = PageJson::new(0);
        while page.push(&"x".repeat(5000)) {}
        let (_, parts) = read(page.into_body().unwrap());
        let sizes: Vec<usize> = parts.iter().map(Bytes::len).collect();
        let (last, full) = sizes.split_last().unwrap();
        assert_eq!(full, [SEGMENT_BYTES; 7]);
        assert!(*last <= SEGMENT_BYTES);
    }
}
