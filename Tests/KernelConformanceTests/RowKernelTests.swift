import CKernelABI
import Foundation
import KernelDispatch
import Platform
import Quantization
import TestSupport
import Testing

@Suite struct RowKernelTests {
  @Test("activations are quantized as the oracle does it, bit for bit", arguments: KernelLevel.supported)
  func quantizesActivations(level: KernelLevel) throws {
    let kernels = try KernelLibrary(level: level)
    var numbers = SeededGenerator(seed: 3)
    for spread: Float in [0, 1e-38, 1e-30, 1, 1000] {
      var input = numbers.floats(320, spread: spread)
      if spread == 1000 { (input[40], input[70], input[300]) = (.infinity, .nan, -.infinity) }
      let output = AlignedBuffer(byteCount: Int(nacre_activation_bytes(320)))
      kernels.table.quantize_activations(input, 320, output.start)
      let expected = ActivationRow(input)
      let blocks = output.pointer(to: nacre_activation_block.self)
      for block in 0..<10 {
        let codes = Array(expected.codes[block * 32..<block * 32 + 32])
        let sum = codes.reduce(0) { $0 + Int32($1) }
        let found = blocks[block]
        #expect(withUnsafeBytes(of: found.words) { $0.map { Int8(bitPattern: $0) } } == codes)
        #expect(found.scale.bitPattern == expected.scales[block].bitPattern)
        #expect(found.scaled_sum.bitPattern == (found.scale * Float(sum)).bitPattern)
        #expect(found.start == -128 * sum)
        #expect(found.low_start == -128 * codes.prefix(16).reduce(0) { $0 + Int32($1) })
      }
    }
  }

  @Test(
    "RMSNorm, gate and addition agree with plain arithmetic for any length", arguments: KernelLevel.supported)
  func elementwise(level: KernelLevel) throws {
    let table = try KernelLibrary(level: level).table
    var numbers = SeededGenerator(seed: 4)
    for count in [1, 15, 16, 17, 100, 256] {
      let (x, y) = (numbers.floats(count, spread: 5), numbers.floats(count))
      var output = [Float](repeating: 0, count: count)
      table.rms_norm(x, y, 1e-5, Int64(count), &output)
      let mean = x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
      for index in 0..<count {
        let expected = Double(x[index]) / (mean + 1e-5).squareRoot() * Double(y[index])
        #expect(abs(Double(output[index]) - expected) <= 1e-6 * abs(expected) + 1e-12)
      }
      var inPlace = x
      inPlace.withUnsafeMutableBufferPointer {
        table.rms_norm($0.baseAddress!, y, 1e-5, Int64(count), $0.baseAddress!)
      }
      #expect(inPlace == output)
      table.silu_multiply(x, y, Int64(count), &output)
      for index in 0..<count {
        let expected = Double(x[index]) / (1 + exp(-Double(x[index]))) * Double(y[index])
        #expect(abs(Double(output[index]) - expected) <= 1e-6 * abs(expected) + 1e-12)
      }
      output = y
      table.add(x, Int64(count), &output)
      for index in 0..<count { #expect(output[index] == x[index] + y[index]) }
    }
  }

  @Test("the gate is right from −∞ to +∞", arguments: KernelLevel.supported)
  func gateRange(level: KernelLevel) throws {
    let table = try KernelLibrary(level: level).table
    let x = stride(from: Float(-120), through: 120, by: 0.37).map { $0 } + [-.infinity, -1e30, 0, -0.0, 1e30]
    var output = [Float](repeating: 0, count: x.count)
    table.silu_multiply(x, [Float](repeating: 1, count: x.count), Int64(x.count), &output)
    for (found, value) in zip(output, x) where value > -87 {
      let expected = Double(value) / (1 + exp(-Double(value)))
      #expect(abs(Double(found) - expected) <= 1e-6 * abs(expected) + 1e-30)
    }
    for (found, value) in zip(output, x) where value <= -87 && value.isFinite {
      #expect(abs(found) < 1e-7 * -value)
    }
  }

  @Test(
    "pairs of neighbours or of halves are rotated, the rest of a head is left alone",
    arguments: KernelLevel.supported, [false, true])
  func rotation(level: KernelLevel, ofHalves: Bool) throws {
    let table = try KernelLibrary(level: level).table
    var numbers = SeededGenerator(seed: 5)
    for (headSize, pairCount) in [(64, 32), (20, 10), (16, 3), (2, 1), (80, 40), (128, 64), (48, 17)] {
      let input = numbers.floats(3 * headSize)
      let angles = (0..<pairCount).map { Double($0) * 0.37 + 0.1 }
      var output = input
      (ofHalves ? table.rotate_halves : table.rotate_pairs)(
        &output, 3, Int64(headSize), angles.map { Float(cos($0)) }, angles.map { Float(sin($0)) },
        Int64(pairCount))
      var expected = input.map(Double.init)
      for head in 0..<3 {
        for (pair, angle) in angles.enumerated() {
          let first = head * headSize + (ofHalves ? pair : 2 * pair)
          let second = ofHalves ? first + pairCount : first + 1
          let (x, y) = (Double(input[first]), Double(input[second]))
          expected[first] = x * cos(angle) - y * sin(angle)
          expected[second] = x * sin(angle) + y * cos(angle)
        }
      }
      for index in input.indices {
        if index % headSize >= 2 * pairCount { #expect(output[index] == input[index]) }
        #expect(abs(Double(output[index]) - expected[index]) < 1e-5)
      }
    }
  }

  @Test("every half-precision number is decoded exactly", arguments: KernelLevel.supported)
  func halves(level: KernelLevel) throws {
    let kernels = try KernelLibrary(level: level)
    let patterns = (0...UInt16.max).map { $0 }
    var output = [Float](repeating: 0, count: patterns.count)
    kernels.dequantize(.f16)(patterns, Int64(patterns.count), &output)
    for (pattern, value) in zip(patterns, output) {
      let expected = Float(Float16(bitPattern: pattern))
      #expect(value == expected || (value.isNaN && expected.isNaN))
    }
  }

  @Test("floats are rounded to half precision, nearest and ties to even", arguments: KernelLevel.supported)
  func roundsToHalf(level: KernelLevel) throws {
    let table = try KernelLibrary(level: level).table
    var numbers = SeededGenerator(seed: 6)
    var input: [Float] = [
      0, -0.0, 1, 65504, 65519, 65520, -65520, 1e9, 6e-8, 2.9e-8, 3e-8, 6.1e-5, .infinity, 2049, 2051,
    ]
    for exponent in -30...20 {
      input += numbers.floats(7, spread: Float(sign: .plus, exponent: exponent, significand: 1))
    }
    var halves = [UInt16](repeating: 0, count: (input.count + 15) / 16 * 16 * 16)
    table.cache.0.store_value(input, Int64(input.count), 0, &halves)
    for (value, half) in zip(input, halves) { #expect(half == Float16(value).bitPattern, "\(value)") }
  }
}
