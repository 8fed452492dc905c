/* What can be asked for, from the key's bytes to the wiped key. */
#ifndef OPERATE_H
#define OPERATE_H

#include "request.h"

/* Enough for a token of each algorithm; static, so that it lies in the memory that is looked at. */
enum { OUTPUT_SIZE = 640, ENTROPY_LEN = 32, SCALAR_LEN = 32 };
extern uint8_t output[OUTPUT_SIZE];
extern size_t output_len;
/* Of RS256_IN_SCRATCH. */
extern uint32_t scratch_words[JWT_RS256_SCRATCH_WORDS_2048];

jwt_status operate(void);

/* Signs or mints with a signer, to there. */
jwt_status use_as_asked(const jwt_signer *signer, uint8_t *out, size_t size, size_t *len);

jwt_bytes scalar_bytes(void);
jwt_bytes entropy_bytes(void);
jwt_bytes key_bytes(void);

#endif
