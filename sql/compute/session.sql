-- Progress is polled, never printed; the order of a file's rows is their line numbers.
set enable_progress_bar = true;
set enable_progress_bar_print = false;
set progress_bar_time = 0;
set preserve_insertion_order = true;
-- The tables go with the engine: nothing is written at its end.
pragma disable_checkpoint_on_shutdown;
