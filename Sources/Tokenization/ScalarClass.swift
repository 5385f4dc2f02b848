/// The part of a character's Unicode category that pre-tokenizers ask for.
enum ScalarClass: UInt8 {
  /// `\p{L}`
  case letter
  /// `\p{N}`
  case number
  /// `\p{P}`
  case punctuation
  /// `\s`: the property White_Space
  case whitespace
  case other

  init(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      self = Self.ascii[Int(scalar.value)]
    } else {
      self = Self.classify(scalar)
    }
  }

  private static let ascii: [ScalarClass] = (0..<128).map { classify(Unicode.Scalar(UInt8($0))) }

  private static func classify(_ scalar: Unicode.Scalar) -> ScalarClass {
    if scalar.properties.isWhitespace { return .whitespace }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return .letter
    case .decimalNumber, .letterNumber, .otherNumber:
      return .number
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return .punctuation
    default:
      return .other
    }
  }
}

/// A text as scalars with their classes, and where each lies in the bytes.
struct ClassifiedText {
  private(set) var scalars: [Unicode.Scalar] = []
  private(set) var classes: [ScalarClass] = []
  /// One more than there are scalars: the last is the end.
  private(set) var offsets: [Int] = []

  /// - Precondition: `bytes[range]` is valid UTF-8.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    scalars.reserveCapacity(range.count)
    classes.reserveCapacity(range.count)
    offsets.reserveCapacity(range.count + 1)
    var position = range.lowerBound
    while position < range.upperBound {
      let length = UTF8Sequence.length(lead: bytes[position])
      let scalar = Self.scalar(bytes[position..<position + length])
      scalars.append(scalar)
      classes.append(ScalarClass(scalar))
      offsets.append(position)
      position += length
    }
    offsets.append(position)
  }

  var count: Int { scalars.count }

  private static func scalar(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar {
    let leadBits: UInt8 = [0x7F, 0x1F, 0x0F, 0x07][bytes.count - 1]
    var value = UInt32(bytes[bytes.startIndex] & leadBits)
    for byte in bytes.dropFirst() { value = value << 6 | UInt32(byte & 0x3F) }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }
}
