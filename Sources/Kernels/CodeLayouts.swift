import CKernelABI

/// 8 bits: Q8_0.
enum ByteCodes: LargeCodes {
  static var blockBytes: Int { @inline(__always) get { 512 } }
  @inline(__always) static func unpack(_ block: UnsafeRawPointer) -> CodeWords {
    CodeWords(
      a: codeWord(block, 0), b: codeWord(block, 1), c: codeWord(block, 2), d: codeWord(block, 3),
      e: codeWord(block, 4), f: codeWord(block, 5), g: codeWord(block, 6), h: codeWord(block, 7))
  }
}

/// 4 bits: Q4_0, Q4_1, Q4_K.
enum NibbleCodes<Offset: CodeOffset>: SmallCodes {
  static var blockBytes: Int { @inline(__always) get { 256 } }
  @inline(__always) static func unpack(_ block: UnsafeRawPointer) -> CodeWords {
    let (p, q, r, s) = (codeWord(block, 0), codeWord(block, 1), codeWord(block, 2), codeWord(block, 3))
    return CodeWords(
      a: nacre_low_nibbles(p), b: nacre_low_nibbles(q), c: nacre_low_nibbles(r), d: nacre_low_nibbles(s),
      e: nacre_high_nibbles(p), f: nacre_high_nibbles(q), g: nacre_high_nibbles(r), h: nacre_high_nibbles(s))
  }
}

/// 4 bits that name one of 16 uneven values: IQ4_NL, IQ4_XS.
enum NonlinearCodes: LargeCodes {
  static var blockBytes: Int { @inline(__always) get { 256 } }
  @inline(__always) static func unpack(_ block: UnsafeRawPointer) -> CodeWords {
    let n = NibbleCodes<Offset0>.unpack(block)
    return CodeWords(
      a: nacre_nonlinear_codes(n.a), b: nacre_nonlinear_codes(n.b), c: nacre_nonlinear_codes(n.c),
      d: nacre_nonlinear_codes(n.d), e: nacre_nonlinear_codes(n.e), f: nacre_nonlinear_codes(n.f),
      g: nacre_nonlinear_codes(n.g), h: nacre_nonlinear_codes(n.h))
  }
}

/// 4 + 1 bits: Q5_0, Q5_1, Q5_K.
enum FiveBitCodes<Offset: CodeOffset>: SmallCodes {
  static var blockBytes: Int { @inline(__always) get { 256 + 64 } }
  @inline(__always) static func unpack(_ block: UnsafeRawPointer) -> CodeWords {
    insertBits(NibbleCodes<Offset>.unpack(block), codeWord(block, 4), place: 4)
  }
}

/// 4 + 2 bits: Q6_K.
enum SixBitCodes: SmallCodes {
  typealias Offset = Offset32
  static var blockBytes: Int { @inline(__always) get { 256 + 128 } }
  @inline(__always) static func unpack(_ block: UnsafeRawPointer) -> CodeWords {
    insertPairs(NibbleCodes<Offset>.unpack(block), codeWord(block, 4), codeWord(block, 5), place: 4)
  }
}

/// 2 bits: Q2_K.
enum TwoBitCodes<Offset: CodeOffset>: SmallCodes {
  static var blockBytes: Int { @inline(__always) get { 128 } }
  @inline(__always) static func unpack(_ block: UnsafeRawPointer) -> CodeWords {
    let zero = Codes(repeating: 0)
    let none = CodeWords(a: zero, b: zero, c: zero, d: zero, e: zero, f: zero, g: zero, h: zero)
    return insertPairs(none, codeWord(block, 0), codeWord(block, 1), place: 0)
  }
}

/// 2 + 1 bits: Q3_K.
enum ThreeBitCodes: SmallCodes {
  typealias Offset = Offset4
  static var blockBytes: Int { @inline(__always) get { 128 + 64 } }
  @inline(__always) static func unpack(_ block: UnsafeRawPointer) -> CodeWords {
    insertBits(TwoBitCodes<Offset>.unpack(block), codeWord(block, 2), place: 2)
  }
}

@inline(__always)
private func insertBits(_ w: CodeWords, _ plane: Codes, place: Int32) -> CodeWords {
  CodeWords(
    a: nacre_insert_bit(w.a, plane, 0, place), b: nacre_insert_bit(w.b, plane, 1, place),
    c: nacre_insert_bit(w.c, plane, 2, place), d: nacre_insert_bit(w.d, plane, 3, place),
    e: nacre_insert_bit(w.e, plane, 4, place), f: nacre_insert_bit(w.f, plane, 5, place),
    g: nacre_insert_bit(w.g, plane, 6, place), h: nacre_insert_bit(w.h, plane, 7, place))
}

@inline(__always)
private func insertPairs(_ w: CodeWords, _ low: Codes, _ high: Codes, place: Int32) -> CodeWords {
  CodeWords(
    a: nacre_insert_pair(w.a, low, 0, place), b: nacre_insert_pair(w.b, low, 1, place),
    c: nacre_insert_pair(w.c, low, 2, place), d: nacre_insert_pair(w.d, low, 3, place),
    e: nacre_insert_pair(w.e, high, 0, place), f: nacre_insert_pair(w.f, high, 1, place),
    g: nacre_insert_pair(w.g, high, 2, place), h: nacre_insert_pair(w.h, high, 3, place))
}
