// SPDX-License-Identifier: MIT
#pragma once

/// The instructions of pickle's stack machine, by their names in Python's pickletools.
namespace hilo::pickle::detail {

enum class Opcode : unsigned char {
  // Protocol 0.
  mark = '(',
  stop = '.',
  pop = '0',
  dup = '2',
  float_text = 'F',
  int_text = 'I',
  long_text = 'L',
  none = 'N',
  reduce = 'R',
  string_text = 'S',
  unicode_text = 'V',
  append = 'a',
  build = 'b',
  global = 'c',
  dict = 'd',
  get = 'g',
  inst = 'i',
  list = 'l',
  put = 'p',
  setitem = 's',
  tuple = 't',
  // Protocol 1.
  empty_tuple = ')',
  pop_mark = '1',
  binfloat = 'G',
  binint = 'J',
  binint1 = 'K',
  binint2 = 'M',
  binstring = 'T',
  short_binstring = 'U',
  binunicode = 'X',
  empty_list = ']',
  appends = 'e',
  binget = 'h',
  long_binget = 'j',
  obj = 'o',
  binput = 'q',
  long_binput = 'r',
  setitems = 'u',
  empty_dict = '}',
  // Protocol 2.
  proto = 0x80,
  newobj = 0x81,
  tuple1 = 0x85,
  tuple2 = 0x86,
  tuple3 = 0x87,
  newtrue = 0x88,
  newfalse = 0x89,
  long1 = 0x8a,
  long4 = 0x8b,
  // Protocol 3.
  binbytes = 'B',
  short_binbytes = 'C',
  // Protocol 4.
  short_binunicode = 0x8c,
  binunicode8 = 0x8d,
  binbytes8 = 0x8e,
  empty_set = 0x8f,
  additems = 0x90,
  frozenset = 0x91,
  newobj_ex = 0x92,
  stack_global = 0x93,
  memoize = 0x94,
  frame = 0x95,
  // Protocol 5.
  bytearray8 = 0x96,
  // What no plain data needs.
  persid = 'P',
  binpersid = 'Q',
  ext1 = 0x82,
  ext2 = 0x83,
  ext4 = 0x84,
  next_buffer = 0x97,
  readonly_buffer = 0x98,
};

}  // namespace hilo::pickle::detail
