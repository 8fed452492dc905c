/* A PEM text as people have it. */
#ifndef PEM_FORMS_H
#define PEM_FORMS_H

#include "harness.h"

enum pem_form {
    PEM_CRLF,
    PEM_CR,
    PEM_NO_LAST_NEWLINE,
    PEM_TEXT_BEFORE,
    PEM_TEXT_BEHIND,
    PEM_TRAILING_NUL,
    PEM_ONE_LONG_LINE,
    PEM_SHORT_LINES,
    PEM_TRAILING_BLANKS,
    PEM_LEADING_BLANKS,
    PEM_EMPTY_LINES,
    PEM_FORM_COUNT
};

/** Writes `pem`, with LF line ends and one block, in another form into `to`; returns its length, 0 where it has no room. */
static inline size_t write_pem_form(enum pem_form form, const char *pem, char *to, size_t size)
{
    static const char before[] = "Bag Attributes\n    localKeyID: 01\nKey -- Attributes: <No Attributes>\n";
    static const char behind[] = "\n# kept by the operator -- do not copy\n";
    const size_t len = strlen(pem);
    size_t used = 0;
    size_t column = 0;
    size_t i;
    int in_body = 0;
    if (3 * len / 2 + 128 > size) {
        return 0;
    }
    if (form == PEM_TEXT_BEFORE) {
        memcpy(to, before, sizeof before - 1);
        used = sizeof before - 1;
    }
    for (i = 0; i < len; i++) {
        const int marker_next = pem[i] == '\n' && (pem[i + 1] == '-' || pem[i + 1] == '\0');
        const int marker_before = pem[i] == '\n' && !in_body;
        if (pem[i] != '\n') {
            if (form == PEM_LEADING_BLANKS && in_body && column == 0) {
                to[used++] = ' ';
                to[used++] = '\t';
            }
            to[used++] = pem[i];
            column++;
            if (form == PEM_SHORT_LINES && in_body && pem[i + 1] != '\n' && column == 10) {
                to[used++] = '\n';
                column = 0;
            }
            if (pem[i + 1] == '\n' && pem[i] == '-') {
                in_body = 0;
            }
            continue;
        }
        if (form == PEM_TRAILING_BLANKS) {
            to[used++] = ' ';
            to[used++] = '\t';
        }
        if (form == PEM_CRLF || form == PEM_CR) {
            to[used++] = '\r';
        }
        if (form == PEM_EMPTY_LINES) {
            to[used++] = '\n';
        }
        if (form != PEM_CR && !(form == PEM_ONE_LONG_LINE && !marker_next && !marker_before) &&
            !(form == PEM_NO_LAST_NEWLINE && pem[i + 1] == '\0')) {
            to[used++] = '\n';
        }
        in_body = pem[i + 1] != '-';
        column = 0;
    }
    if (form == PEM_TEXT_BEHIND) {
        memcpy(to + used, behind, sizeof behind - 1);
        used += sizeof behind - 1;
    }
    if (form == PEM_TRAILING_NUL) {
        to[used++] = '\0';
    }
    return used;
}

#endif
