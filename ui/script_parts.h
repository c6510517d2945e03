/* script_parts.h - what the files of the script runner share. Nobody else includes this. */
#ifndef TEPID_UI_SCRIPT_PARTS_H
#define TEPID_UI_SCRIPT_PARTS_H

#include "ui/script.h"

#define SCRIPT_WORDS 8
#define SCRIPT_WORD  256

struct line {
    int number;
    int count;
    char words[SCRIPT_WORDS][SCRIPT_WORD];
    bool quoted[SCRIPT_WORDS];
};

struct play {
    struct window *window;
    const char *name; /* of the file */
    int failed;
    int64_t frame;
    struct key_stroke modifiers; /* of the mouse events of this line */
};

/* A frame with what has been sent. */
void play_frame(struct play *play);
void play_send(struct play *play, const struct event *event);
/* The widget of a name; false with err, saying what is near, if there is none. */
bool play_find(struct play *play, const char *name, struct ui_widget *widget, struct err *err);
bool play_number(const char *text, double *number);

/* script_mouse.c: commands, as the table of script.c wants them. */
bool play_move(struct play *play, const struct line *line, struct err *err);
bool play_click(struct play *play, const struct line *line, struct err *err);
bool play_double(struct play *play, const struct line *line, struct err *err);
bool play_drag(struct play *play, const struct line *line, struct err *err);
bool play_wheel(struct play *play, const struct line *line, struct err *err);
/* script_expect.c */
bool play_expect(struct play *play, const struct line *line, struct err *err);
bool play_print(struct play *play, const struct line *line, struct err *err);

#endif
