import CKernelABI

// The per-element entries of the table, in the order of NACRE_F32… (packed_layout.h). A C function pointer cannot be
// made from a generic closure, so each is written out.

func fillProducts(_ table: UnsafeMutablePointer<nacre_kernel_table>) {
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
    {
      multiply(
        QuantizedGroup<FormatQ8_0>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ4_0>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ4_1>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ5_0>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ5_1>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ2_K>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ3_K>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ4_K>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ5_K>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatQ6_K>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!, Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatIQ4_NL>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!,
        Int($8))
    },
    {
      multiply(
        QuantizedGroup<FormatIQ4_XS>.self, $0!, Int($1), Int($2)..<Int($3), $4!, Int($5), Int($6), $7!,
        Int($8))
    }
  )
}

func fillPackers(_ table: UnsafeMutablePointer<nacre_kernel_table>) {
  table.pointee.pack = (
    { packFloats(UInt32.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packFloats(UInt16.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packFloats(UInt16.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ8_0.self, SourceQ8_0.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ4_0.self, SourceQ4_0.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ4_1.self, SourceQ4_1.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ5_0.self, SourceQ5_0.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ5_1.self, SourceQ5_1.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ2_K.self, SourceQ2_K.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ3_K.self, SourceQ3_K.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ4_K.self, SourceQ4_K.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ5_K.self, SourceQ5_K.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatQ6_K.self, SourceQ6_K.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatIQ4_NL.self, SourceIQ4_NL.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) },
    { packRows(FormatIQ4_XS.self, SourceIQ4_XS.self, $0!, Int($1), Int($2), Int($3)..<Int($4), $5!) }
  )
}

func fillDecoders(_ table: UnsafeMutablePointer<nacre_kernel_table>) {
  table.pointee.dequantize = (
    { dequantizeFloats(ElementF32.self, $0!, Int($1), $2!) },
    { dequantizeFloats(ElementF16.self, $0!, Int($1), $2!) },
    { dequantizeFloats(ElementBF16.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ8_0.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ4_0.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ4_1.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ5_0.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ5_1.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ2_K.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ3_K.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ4_K.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ5_K.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceQ6_K.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceIQ4_NL.self, $0!, Int($1), $2!) },
    { dequantizeRow(SourceIQ4_XS.self, $0!, Int($1), $2!) }
  )
}

func fillPackedDecoders(_ table: UnsafeMutablePointer<nacre_kernel_table>) {
  table.pointee.dequantize_packed = (
    { dequantizePackedFloats(ElementF32.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedFloats(ElementF16.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedFloats(ElementBF16.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ8_0.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ4_0.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ4_1.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ5_0.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ5_1.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ2_K.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ3_K.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ4_K.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ5_K.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatQ6_K.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatIQ4_NL.self, $0!, Int($1), Int($2), $3!) },
    { dequantizePackedRow(FormatIQ4_XS.self, $0!, Int($1), Int($2), $3!) }
  )
}
