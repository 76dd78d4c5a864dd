-- How many models have a tag: searches choose by it whether to collect or to walk.
create statistics model_tag_pair (mcv, ndistinct) on key, value from model_tag;
