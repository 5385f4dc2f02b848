import CKernelABI

/// Fills the table that the runtime calls through. The only symbol that a kernel library exports.
@_cdecl("nacre_fill_kernel_table")
public func fillKernelTable(_ table: UnsafeMutablePointer<nacre_kernel_table>) {
  table.pointee.abi_version = UInt32(NACRE_KERNEL_ABI_VERSION)
  table.pointee.byte_count = UInt32(MemoryLayout<nacre_kernel_table>.size)
  table.pointee.level_name = nacre_level_name()
  fillProducts(table)
  fillPackers(table)
  fillDecoders(table)
  fillPackedDecoders(table)
  table.pointee.quantize_activations = { quantizeActivations($0!, Int($1), $2!) }
  table.pointee.rms_norm = { rmsNorm($0!, $1!, $2, Int($3), $4!) }
  table.pointee.rotate_pairs = { rotatePairs($0!, Int($1), Int($2), $3!, $4!, Int($5)) }
  table.pointee.rotate_halves = { rotateHalves($0!, Int($1), Int($2), $3!, $4!, Int($5)) }
  table.pointee.store_key = { storeKey($0!, Int($1), Int($2), $3!) }
  table.pointee.store_value = { storeValue($0!, Int($1), Int($2), Int($3), $4!) }
  table.pointee.attend = { attend($0!.pointee) }
  table.pointee.silu_multiply = { siluMultiply($0!, $1!, Int($2), $3!) }
  table.pointee.add = { add($0!, Int($1), $2!) }
  table.pointee.read_all = { readAll($0!, Int($1)) }
}
