// SPDX-License-Identifier: Apache-2.0
// What Rust allocates, written down with what is to be said of it before it was tried.  Built where
// there is a rustc, with -g -O.
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::mpsc;

/// Keeps a value from being left out.
fn black_box<T>(value: T) -> T {
    unsafe {
        let same = std::ptr::read_volatile(&value);
        std::mem::forget(value);
        same
    }
}

// SHAPE(reserve, string_pushed) by way of String or Vec
#[inline(never)]
fn string_pushed(turn: usize) {
    let mut text = String::new();
    for i in 0..120 {
        text.push_str(if (i + turn) % 2 == 0 { "word " } else { "other " });
    }
    black_box(&text);
}

// SHAPE(reserve, vec_pushed) by way of String or Vec
#[inline(never)]
fn vec_pushed(turn: usize) {
    let mut numbers = Vec::new();
    for i in 0..500u64 {
        numbers.push(i * turn as u64);
    }
    black_box(&numbers);
}

// SHAPE(stack, boxed_once)
#[inline(never)]
fn boxed_once(turn: usize) {
    let object = Box::new([turn as u64; 20]);
    black_box(&object);
}

// SHAPE(stack, formatted_label) by way of String or Vec
#[inline(never)]
fn formatted_label(turn: usize) {
    black_box(format!("label number {turn} of this run"));
}

// SHAPE(stack, trait_object)
#[inline(never)]
fn trait_object(turn: usize) {
    let callable: Box<dyn Fn(usize) -> usize> = Box::new(move |more| turn + more);
    black_box(black_box(callable)(3));
}

// SHAPE(stack, sorted_copy)
#[inline(never)]
fn sorted_copy(turn: usize) {
    let mut numbers = vec![0u64; 600];
    for (i, number) in numbers.iter_mut().enumerate() {
        *number = ((i * 7919 + turn) % 601) as u64;
    }
    numbers.sort();
    black_box(&numbers);
}

enum Tree {
    Leaf,
    Node(Box<Tree>, u32, Box<Tree>),
}

#[inline(never)]
fn grow_tree(depth: u32) -> Tree {
    if depth == 0 {
        return Tree::Leaf;
    }
    Tree::Node(Box::new(grow_tree(depth - 1)), depth, Box::new(grow_tree(depth - 1)))
}

// SHAPE(arena, boxed_tree)
#[inline(never)]
fn boxed_tree(_turn: usize) {
    let tree = grow_tree(5);
    if let Tree::Node(_, key, _) = &tree {
        black_box(*key);
    }
}

// SHAPE(arena, words_counted)
#[inline(never)]
fn words_counted(turn: usize) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for i in 0..40 {
        *counts.entry(format!("word number {}", (i * turn) % 37)).or_insert(0) += 1;
    }
    black_box(&counts);
}

// SHAPE(arena, line_split) by way of String or Vec
#[inline(never)]
fn line_split(turn: usize) {
    let line = if turn % 2 == 0 { "a line of several words that are split" } else { "another line of several words, split too" };
    let words: Vec<String> = line.split(' ').map(String::from).collect();
    black_box(&words);
}

// SHAPE(pool, counted_references) by way of Rc or Arc
#[inline(never)]
fn counted_references(turn: usize) {
    thread_local! { static RING: RefCell<VecDeque<Rc<[u64; 9]>>> = RefCell::new(VecDeque::new()); }
    RING.with(|ring| {
        let mut ring = ring.borrow_mut();
        ring.push_back(Rc::new([turn as u64; 9]));
        if ring.len() > 12 {
            ring.pop_front();
        }
    });
}

// SHAPE(no-pool, payloads)
#[inline(never)]
fn payloads(turn: usize) {
    thread_local! { static WAITING: RefCell<VecDeque<Vec<u8>>> = RefCell::new(VecDeque::new()); }
    WAITING.with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        waiting.push_back(vec![7; 20 + turn * 7919 % 40000]);
        if waiting.len() > 6 {
            waiting.pop_front();
        }
    });
}

// SHAPE(kept, leaked_names)
#[inline(never)]
fn leaked_names(turn: usize) {
    black_box(Box::leak(format!("the name {turn} that is never dropped").into_boxed_str()));
}

// SHAPE(crossed, sent)
#[inline(never)]
fn sent(to: &mpsc::Sender<Box<[u64; 12]>>, turn: usize) {
    to.send(Box::new([turn as u64; 12])).unwrap();
}

fn main() {
    let turns: usize = std::env::args().nth(1).map_or(2000, |text| text.parse().unwrap());
    for shape in [string_pushed, vec_pushed, boxed_once, formatted_label, trait_object, sorted_copy, boxed_tree, words_counted, line_split] {
        for turn in 0..turns {
            shape(turn);
        }
    }
    for turn in 0..turns {
        counted_references(turn);
        payloads(turn);
        leaked_names(turn);
    }
    let (to, from) = mpsc::channel::<Box<[u64; 12]>>();
    let taker = std::thread::spawn(move || from.iter().map(|block| block[3]).sum::<u64>());
    for turn in 0..turns {
        sent(&to, turn);
    }
    drop(to);
    black_box(taker.join().unwrap());
}
