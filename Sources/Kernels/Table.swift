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
  fillCaches(table)
  table.pointee.silu_multiply = { siluMultiply($0!, $1!, Int($2), $3!) }
  table.pointee.add = { add($0!, Int($1), $2!) }
  table.pointee.read_all = { readAll($0!, Int($1)) }
}

/// The functions of each type of cache, in the order of NACRE_CACHE_F16… (cache_layout.h).
private func fillCaches(_ table: UnsafeMutablePointer<nacre_kernel_table>) {
  table.pointee.cache = (
    nacre_cache_functions(
      store_key: { HalfCache.storeKey($0!, Int($1), Int($2), $3!) },
      store_value: { HalfCache.storeValue($0!, Int($1), Int($2), $3!) },
      attend: { attend(HalfCache.self, $0!.pointee) }),
    nacre_cache_functions(
      store_key: { ByteCache.storeKey($0!, Int($1), Int($2), $3!) },
      store_value: { ByteCache.storeValue($0!, Int($1), Int($2), $3!) },
      attend: { attend(ByteCache.self, $0!.pointee) })
  )
}
