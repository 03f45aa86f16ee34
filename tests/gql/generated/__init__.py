"""Operations that hypothesis makes from the schema, and the store that they are asked of."""
