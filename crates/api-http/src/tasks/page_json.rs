use std::{
    convert::Infallible,
    mem,
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

/// Least size of the parts in which a page is handed to the connection, except the last. A part ends with an element.
/// Between two parts the connection waits for the client, and the memory of the parts that it has taken is free.
const SEGMENT_BYTES: usize = 16 * 1024;

/// Initial capacity of a segment: with room for the end of an ordinary element.
const SEGMENT_CAPACITY: usize = SEGMENT_BYTES + 2048;

/// A JSON array that is written element by element and ends before the element with which it would exceed
/// [`MAX_PAGE_BYTES`].
pub(crate) struct PageJson {
    segments: Vec<Bytes>,
    /// Size of all `segments`.
    segments_bytes: usize,
    /// The text behind the segments.
    text: Vec<u8>,
    error: Option<serde_json::Error>,
}

impl PageJson {
    /// `expected_bytes` is the initial capacity, unless one segment is less.
    pub(crate) fn new(expected_bytes: usize) -> Self {
        let mut text = Vec::with_capacity(expected_bytes.min(SEGMENT_CAPACITY));
        text.push(b'[');
        Self { segments: Vec::new(), segments_bytes: 0, text, error: None }
    }

    /// Adds an element, unless it does not fit. The first one always fits.
    pub(crate) fn push(&mut self, element: &impl Serialize) -> bool {
        let length = self.text.len();
        let is_first = self.segments_bytes + length == 1;
        if !is_first {
            self.text.push(b',');
        }
        if let Err(error) = serde_json::to_writer(&mut self.text, element) {
            self.error = Some(error);
            return false;
        }
        // The closing bracket follows.
        let fits = is_first || self.segments_bytes + self.text.len() < MAX_PAGE_BYTES;
        if !fits {
            self.text.truncate(length);
        } else if self.text.len() >= SEGMENT_BYTES {
            self.end_segment();
        }
        fits
    }

    fn end_segment(&mut self) {
        self.segments_bytes += self.text.len();
        // Without unused capacity, since a client that does not read keeps it in memory.
        let text = mem::replace(&mut self.text, Vec::with_capacity(SEGMENT_CAPACITY));
        self.segments.push(text.into_boxed_slice().into());
    }

    /// The array as the body of a response.
    pub(crate) fn into_body(mut self) -> Result<BoxBody, serde_json::Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.text.push(b']');
        if self.segments.is_empty() {
            return Ok(BoxBody::new(self.text));
        }
        self.end_segment();
        Ok(BoxBody::new(SegmentedBody { bytes: self.segments_bytes as u64, segments: self.segments.into_iter() }))
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
        let (last, others) = sizes.split_last().unwrap();
        assert_eq!(others.len(), 13);
        assert!(others.iter().all(|size| (SEGMENT_BYTES..SEGMENT_BYTES + 5003).contains(size)), "{sizes:?}");
        assert!(*last < SEGMENT_BYTES + 5003);
    }
}
