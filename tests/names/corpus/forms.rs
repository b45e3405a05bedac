// SPDX-License-Identifier: Apache-2.0
//
// Forms of Rust functions for the comparison of names: generics, traits, closures, iterators, drops.
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::rc::Rc;

mod shapes {
    pub trait Shape {
        fn name(&self) -> String;
        fn grow(&mut self, n: usize);
    }
    pub struct Polygon<T, const SIDES: usize> {
        pub sides: Vec<T>,
    }
    impl<T: Default + Clone + std::ops::AddAssign, const SIDES: usize> Polygon<T, SIDES> {
        pub fn new(side: T) -> Self {
            Polygon { sides: vec![side; SIDES] }
        }
    }
    impl<T: Default + Clone + std::ops::AddAssign, const SIDES: usize> Shape for Polygon<T, SIDES> {
        fn name(&self) -> String {
            format!("polygon{}", SIDES)
        }
        fn grow(&mut self, n: usize) {
            for _ in 0..n {
                let side = self.sides[0].clone();
                self.sides.push(side);
            }
        }
    }
    impl<T, const SIDES: usize> Drop for Polygon<T, SIDES> {
        fn drop(&mut self) {
            println!("{}", self.sides.len());
        }
    }
}
use shapes::{Polygon, Shape};

struct Wrapped(Rc<str>);
impl fmt::Display for Wrapped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "<{}>", self.0)
    }
}

fn adder(base: usize) -> Box<dyn Fn(usize) -> usize> {
    let inner = move |n: usize| vec![base; n].len() + base;
    Box::new(move |n| inner(n) + (|k: usize| (n + k).to_string().len())(base))
}

#[inline(always)]
fn innermost(n: usize) -> Vec<u8> {
    Vec::with_capacity(n)
}
#[inline(always)]
fn middle(n: usize) -> Vec<u8> {
    let mut v = innermost(n);
    v.extend_from_slice(&n.to_le_bytes());
    v
}
#[inline(never)]
fn words(text: &str) -> Result<BTreeMap<String, usize>, String> {
    let mut counts = HashMap::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    let longest = counts.keys().max_by_key(|word| word.len()).ok_or_else(|| format!("no words in {text:?}"))?;
    println!("{} {:?}", Wrapped(longest.as_str().into()), middle(longest.len()));
    Ok(counts.into_iter().collect())
}

#[no_mangle]
pub extern "C" fn plain_c(n: usize) -> usize {
    middle(n).len()
}

fn main() {
    let count = std::env::args().count();
    let mut all: Vec<Box<dyn Shape>> = vec![
        Box::new(Polygon::<i32, 3>::new(1)),
        Box::new(Polygon::<f64, 4>::new(2.0)),
    ];
    for shape in all.iter_mut() {
        shape.grow(count);
    }
    let names: Vec<String> = all.iter().map(|shape| shape.name()).collect();
    println!("{} {}", names.join(" "), adder(count)(3));
    match words("one two two three three three") {
        Ok(counts) => println!("{counts:?}"),
        Err(error) => eprintln!("{error}"),
    }
    let thread = std::thread::spawn(move || plain_c(count));
    println!("{}", thread.join().unwrap_or(0));
}
