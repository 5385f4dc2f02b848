import CKernelABI

/// Fills the table that the runtime calls through. The only symbol that a kernel library exports.
@_cdecl("nacre_fill_kernel_table")
public func fillKernelTable(_ table: UnsafeMutablePointer<nacre_kernel_table>) {
  table.pointee.abi_version = UInt32(NACRE_KERNEL_ABI_VERSION)
  table.pointee.byte_count = UInt32(MemoryLayout<nacre_kernel_table>.size)
  table.pointee.level_name = nacre_level_name()
  table.pointee.multiply = (
    {
      multiply(
        RowGroupFloat<ElementF32>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        RowGroupFloat<ElementF16>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        RowGroupFloat<ElementBF16>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    { multiply(RowGroupQ8_0.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8)) },
    { multiply(RowGroupQ4_0.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8)) }
  )
  table.pointee.pack = (
    { packFloats(UInt32.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packFloats(UInt16.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packFloats(UInt16.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packQ8_0($0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packQ4_0($0!, Int($1), Int($2), Int($3)..<Int($4), $5!) }
  )
  table.pointee.dequantize = (
    { dequantizeFloats(ElementF32.self, $0!, Int($1), $2!) },
    { dequantizeFloats(ElementF16.self, $0!, Int($1), $2!) },
    { dequantizeFloats(ElementBF16.self, $0!, Int($1), $2!) },
    { dequantizeQ8_0($0!, Int($1), $2!) },
    { dequantizeQ4_0($0!, Int($1), $2!) }
  )
  table.pointee.quantize_activations = { quantizeActivations($0!, Int($1), $2!) }
  table.pointee.rms_norm = { rmsNorm($0!, $1!, $2, Int($3), $4!) }
  table.pointee.rotate_pairs = { rotatePairs($0!, Int($1), Int($2), $3!, $4!, Int($5)) }
  table.pointee.store_key = { storeKey($0!, Int($1), Int($2), $3!) }
  table.pointee.store_value = { storeValue($0!, Int($1), Int($2), Int($3), $4!) }
  table.pointee.attend = { attend($0!.pointee) }
  table.pointee.silu_multiply = { siluMultiply($0!, $1!, Int($2), $3!) }
  table.pointee.add = { add($0!, Int($1), $2!) }
  table.pointee.read_all = { readAll($0!, Int($1)) }
}
