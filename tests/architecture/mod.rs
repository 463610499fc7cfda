//! Holds the code to its map: who may import whom ([`map`]), no circle of files ([`circles`]), how long files are and that
//! they say what they are ([`sizes`]), and that the guide to the code names what is there ([`guide`]), and the words
//! of the program ([`words`]). Every rule is
//! tested on made-up breaches first, then on the code.

mod circles;
mod guide;
mod map;
mod sizes;
mod source;
mod words;
