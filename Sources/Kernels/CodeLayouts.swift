import CKernelABI

/// 8 bits: Q8_0.
enum ByteCodes: LargeCodes {
  static var blockBytes: Int { @inline(__always) get { 512 } }
  @inline(__always) static func word(_ block: UnsafeRawPointer, _ index: Int) -> Codes {
    codeWord(block, index)
  }
}

/// 4 bits: Q4_0, Q4_1, Q4_K.
enum NibbleCodes<Offset: CodeOffset>: SmallCodes {
  static var blockBytes: Int { @inline(__always) get { 256 } }
  @inline(__always) static func word(_ block: UnsafeRawPointer, _ index: Int) -> Codes {
    index < 4 ? nacre_low_nibbles(codeWord(block, index)) : nacre_high_nibbles(codeWord(block, index - 4))
  }
}

/// 4 bits that name one of 16 uneven values: IQ4_NL, IQ4_XS.
enum NonlinearCodes: LargeCodes {
  static var blockBytes: Int { @inline(__always) get { 256 } }
  @inline(__always) static func word(_ block: UnsafeRawPointer, _ index: Int) -> Codes {
    nacre_nonlinear_codes(NibbleCodes<Offset0>.word(block, index))
  }
}

/// 4 + 1 bits: Q5_0, Q5_1, Q5_K.
enum FiveBitCodes<Offset: CodeOffset>: SmallCodes {
  static var blockBytes: Int { @inline(__always) get { 256 + 64 } }
  static var wordsPerSum: Int { @inline(__always) get { 4 } }
  @inline(__always) static func word(_ block: UnsafeRawPointer, _ index: Int) -> Codes {
    nacre_insert_bit(NibbleCodes<Offset>.word(block, index), codeWord(block, 4), Int32(index), 4)
  }
}

/// 4 + 2 bits: Q6_K.
enum SixBitCodes: SmallCodes {
  typealias Offset = Offset32
  static var blockBytes: Int { @inline(__always) get { 256 + 128 } }
  static var wordsPerSum: Int { @inline(__always) get { 2 } }
  @inline(__always) static func word(_ block: UnsafeRawPointer, _ index: Int) -> Codes {
    nacre_insert_pair(
      NibbleCodes<Offset>.word(block, index), codeWord(block, 4 + index / 4), Int32(index % 4), 4)
  }
}

/// 2 bits: Q2_K.
enum TwoBitCodes<Offset: CodeOffset>: SmallCodes {
  static var blockBytes: Int { @inline(__always) get { 128 } }
  @inline(__always) static func word(_ block: UnsafeRawPointer, _ index: Int) -> Codes {
    nacre_insert_pair(Codes(repeating: 0), codeWord(block, index / 4), Int32(index % 4), 0)
  }
}

/// 2 + 1 bits: Q3_K.
enum ThreeBitCodes: SmallCodes {
  typealias Offset = Offset4
  static var blockBytes: Int { @inline(__always) get { 128 + 64 } }
  @inline(__always) static func word(_ block: UnsafeRawPointer, _ index: Int) -> Codes {
    nacre_insert_bit(TwoBitCodes<Offset>.word(block, index), codeWord(block, 2), Int32(index), 2)
  }
}
