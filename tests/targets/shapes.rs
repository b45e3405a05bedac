// SPDX-License-Identifier: Apache-2.0
// What Rust allocates.  Built where there is a rustc, with -g -O.
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Keeps a value from being left out.
#[inline(never)]
fn look<T>(value: &T) {
    unsafe { std::arch::asm!("/* {0} */", in(reg) value as *const T) };
}

// SHAPE(stack, boxed)
#[inline(never)]
fn boxed(turn: usize) {
    let one = Box::new([turn; 12]);
    look(&one);
}

// SHAPE(stack, formatted)
#[inline(never)]
fn formatted(turn: usize) {
    let text = String::from("the start of a text that is as long as it will be");
    look(&(&text, turn));
}

// SHAPE(reserve, pushed)
#[inline(never)]
fn pushed(turn: usize) {
    let mut all = Vec::new();
    for i in 0..200 {
        all.push(i + turn);
    }
    look(&all);
}

// SHAPE(arena, boxes)
#[inline(never)]
fn boxes(turn: usize) {
    let mut all: [Option<Box<[usize; 6]>>; 16] = Default::default();
    for one in all.iter_mut() {
        *one = Some(Box::new([turn; 6]));
    }
    look(&all);
}

// SHAPE(arena, counted)
#[inline(never)]
fn counted(turn: usize) {
    let mut seen = BTreeMap::new();
    for i in 0..120usize {
        *seen.entry(i * 37 % 101 + turn % 2).or_insert(0) += 1;
    }
    look(&seen);
}

// SHAPE(pool, queued)
#[inline(never)]
fn queued(turn: usize, queue: &mut VecDeque<Box<[usize; 9]>>) {
    queue.push_back(Box::new([turn; 9]));
    if queue.len() > 12 {
        queue.pop_front();
    }
}

// SHAPE(none, cached)
#[inline(never)]
fn cached(turn: usize, cache: &mut HashMap<usize, Box<usize>>) {
    cache.insert(turn, Box::new(turn));
}

fn main() {
    let turns = std::env::args().nth(1).map_or(2000, |text| text.parse().unwrap());
    let mut queue = VecDeque::with_capacity(64);
    let mut cache = HashMap::with_capacity(turns * 2);
    for turn in 0..turns {
        boxed(turn);
        formatted(turn);
        pushed(turn);
        boxes(turn);
        counted(turn);
        queued(turn, &mut queue);
        cached(turn, &mut cache);
    }
    look(&(&queue, &cache));
    std::process::exit(0);
}
