import CKernelABI

typealias Floats = SIMD16<Float>
typealias Ints = SIMD16<Int32>
typealias Halves = SIMD16<UInt16>
typealias Codes = SIMD64<UInt8>

/// The standard library's own are calls in large functions.
@inline(__always) func smaller(_ a: Int, _ b: Int) -> Int { a < b ? a : b }
@inline(__always) func larger(_ a: Int, _ b: Int) -> Int { a > b ? a : b }

/// Loads from any address.
@inline(__always)
func loadVector<Vector>(_ pointer: UnsafeRawPointer, as type: Vector.Type) -> Vector {
  pointer.loadUnaligned(as: type)
}

/// Stores to any address.
@inline(__always)
func storeVector<Vector>(_ vector: Vector, to pointer: UnsafeMutableRawPointer) {
  pointer.storeBytes(of: vector, as: Vector.self)
}

/// The sum of the lanes, always added in the same order.
@inline(__always)
func horizontalSum(_ v: Floats) -> Float {
  let eight = v.lowHalf + v.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two[0] + two[1]
}

/// Loads `count` (less than 16) floats; the other lanes are `fill`.
@inline(__always)
func loadPartial(_ pointer: UnsafePointer<Float>, count: Int, fill: Float) -> Floats {
  var vector = Floats(repeating: fill)
  for lane in 0..<count { vector[lane] = pointer[lane] }
  return vector
}

/// Stores the first `count` (less than 16) lanes.
@inline(__always)
func storePartial(_ vector: Floats, count: Int, to pointer: UnsafeMutablePointer<Float>) {
  for lane in 0..<count { pointer[lane] = vector[lane] }
}

/// Applies `body` to every 16 floats of `count`, the last ones partially.
@inline(__always)
func mapVectors(
  count: Int, from a: UnsafePointer<Float>, and b: UnsafePointer<Float>,
  to output: UnsafeMutablePointer<Float>, _ body: (Floats, Floats) -> Floats
) {
  var index = 0
  while index + 16 <= count {
    storeVector(
      body(loadVector(a + index, as: Floats.self), loadVector(b + index, as: Floats.self)), to: output + index
    )
    index += 16
  }
  let left = count - index
  if left > 0 {
    let result = body(
      loadPartial(a + index, count: left, fill: 0), loadPartial(b + index, count: left, fill: 0))
    storePartial(result, count: left, to: output + index)
  }
}
